import { useJson } from '../api/use-json.ts'
import { firstRequestCode } from '../api/workbench/first-request-code.ts'
import { CodeBlock } from '../parts/code-block.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { hrefOf } from '../router.ts'

interface FirstRequestProps {
  readonly apiKeyId: string
  readonly secret: string
}

/** What a new key is tried with, and where its requests are seen. */
export function FirstRequest({ apiKeyId, secret }: FirstRequestProps) {
  const models = useJson<{ data: readonly { readonly id: string }[] }>('/v1/models', { limit: 1000 })
  const ids = models.data?.data.map(({ id }) => id) ?? []
  const model = ids.find((id) => !id.startsWith('claude-')) ?? ids[0]
  if (model === undefined) return null
  const code = firstRequestCode(model, secret, location.origin)
  return (
    <>
      <div class="row spread">
        <h3>Try it in a terminal</h3>
        <CopyButton text={code} label="Copy the command" hasText />
      </div>
      <CodeBlock code={code} />
      <p>
        Then see the request in the <a href={hrefOf('/logs', { key: apiKeyId })}>logs</a>, and its tokens in
        the <a href={hrefOf('/usage', { by: 'api_key_id', range: '1h' })}>chart of the last hour</a>.
      </p>
    </>
  )
}
