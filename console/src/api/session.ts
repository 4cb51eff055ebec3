import { signal } from '@preact/signals'
import { ApiFailure } from './api-failure.ts'
import { callApi } from './call-api.ts'

/** A part of the server that may be switched off. */
export type Feature = 'state' | 'batches' | 'files' | 'skills' | 'recordings' | 'metrics'

/** What somebody may do. */
export type Action =
  | 'use:models'
  | 'use:files'
  | 'read:analytics'
  | 'read:logs'
  | 'write:prices'
  | 'read:api_keys'
  | 'write:api_keys'
  | 'read:admin_keys'
  | 'write:admin_keys'
  | 'read:workspaces'
  | 'write:workspaces'
  | 'read:members'
  | 'write:members'
  | 'read:limits'
  | 'write:limits'
  | 'write:faults'
  | 'write:engines'
  | 'read:audit'
  | 'read:organization'
  | 'write:organization'
  | 'read:service_accounts'
  | 'write:service_accounts'

/** Who uses the console, and what the server has. */
export interface Session {
  readonly version: string
  /** `open`: no login is asked for. */
  readonly access: 'open' | 'login'
  /** Without it the login is shown. */
  readonly isSignedIn: boolean
  readonly organization: { readonly id: string; readonly name: string } | null
  readonly user: { readonly id: string; readonly email: string; readonly name: string } | null
  readonly role: string | null
  readonly actions: readonly Action[]
  /** Those that the user may work in, the default one first. */
  readonly workspaces: readonly SessionWorkspace[]
  readonly features: readonly Feature[]
  readonly login: {
    readonly password: boolean
    readonly oidc: { readonly name: string } | null
    readonly needsSetUp: boolean
  }
}

export interface SessionWorkspace {
  readonly id: string
  readonly name: string
  readonly displayColor: string
  readonly isDefault: boolean
}

type SessionBody = Omit<Session, 'features'> & {
  readonly features: Readonly<Record<Feature, boolean>> | null
}

/** Null until it was loaded. */
export const session = signal<Session | null>(null)
export const sessionError = signal<ApiFailure | null>(null)

/** Asks the server who uses the console. Pages follow. */
export async function loadSession(): Promise<void> {
  try {
    session.value = readSession(await callApi<SessionBody>('/continuo/console'))
    sessionError.value = null
  } catch (thrown) {
    const failure = ApiFailure.from(thrown)
    if (failure.status === 404) session.value = OPEN_SESSION
    else sessionError.value = failure
  }
}

/** Whether the one who uses the console may do something: what they may not is not shown. */
export function may(action: Action): boolean {
  return session.value?.actions.includes(action) === true
}

function readSession(body: SessionBody): Session {
  const present = Object.entries(body.features ?? {}).filter(([, isThere]) => isThere)
  return { ...body, features: present.map(([name]) => name as Feature) }
}

/** Of a server that does not describe itself. */
const OPEN_SESSION: Session = {
  ...{ version: '', access: 'open', isSignedIn: true, organization: null, user: null, role: 'admin' },
  actions: [
    ...([
      'use:models',
      'use:files',
      'read:analytics',
      'read:api_keys',
      'write:api_keys',
      'read:admin_keys',
    ] as const),
    ...([
      'write:admin_keys',
      'read:workspaces',
      'write:workspaces',
      'read:members',
      'write:members',
    ] as const),
    ...([
      'read:limits',
      'write:limits',
      'write:faults',
      'write:engines',
      'read:audit',
      'read:organization',
      'write:prices',
    ] as const),
  ],
  workspaces: [],
  features: ['state', 'batches', 'files', 'skills', 'recordings', 'metrics'],
  login: { password: false, oidc: null, needsSetUp: false },
}
