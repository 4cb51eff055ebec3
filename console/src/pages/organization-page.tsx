import { session } from '../api/session.ts'
import { useJson } from '../api/use-json.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { ErrorState } from '../parts/error-state.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Skeleton } from '../parts/skeleton.tsx'

interface Organization {
  readonly id: string
  readonly name: string
}

const ACCESS = {
  open: 'Open: everybody at this machine is an admin of the organization. Start with --api-key or --access keys to end that.',
  login: 'Users log in, clients send keys.',
} as const

/** What identifies the organization, and how it is reached. */
export function OrganizationPage() {
  const { data, error, reload } = useJson<Organization>('/v1/organizations/me')
  return (
    <>
      <PageHeader title="Organization">The organization that this server belongs to.</PageHeader>
      {error !== null && <ErrorState error={error} onRetry={reload} />}
      <div class="card">{data === null ? <Skeleton lines={4} /> : <Facts organization={data} />}</div>
    </>
  )
}

function Facts({ organization: { id, name } }: { readonly organization: Organization }) {
  const { access = 'open', version = '' } = session.value ?? {}
  return (
    <dl class="facts">
      <dt>Name</dt>
      <dd>{name}</dd>
      <dt>Id</dt>
      <dd class="row">
        <code>{id}</code>
        <CopyButton text={id} label="Copy the id" />
      </dd>
      <dt>Base URL</dt>
      <dd class="row">
        <code>{location.origin}</code>
        <CopyButton text={location.origin} label="Copy the base URL" />
      </dd>
      <dt>Access</dt>
      <dd>{ACCESS[access]}</dd>
      {version !== '' && (
        <>
          <dt>Version</dt>
          <dd>Continuo {version}</dd>
        </>
      )}
      <dt>The API</dt>
      <dd>
        <a href="/docs" target="_blank" rel="noreferrer">
          Every route
        </a>{' '}
        ·{' '}
        <a href="/openapi.json" target="_blank" rel="noreferrer">
          openapi.json
        </a>
      </dd>
    </dl>
  )
}
