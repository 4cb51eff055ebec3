import type { Organization } from '../../accounts/organization.ts'
import { actionsOf, type OrganizationRole } from '../../accounts/role.ts'
import type { Session } from '../../accounts/sessions.ts'
import type { UsableWorkspace } from '../../accounts/usable-workspaces.ts'
import { organizationBody } from './organization-body.ts'

/** What a server has, so that the console shows no page of something else. */
export interface ConsoleFeatures {
  /** Accounts, keys, limits, usage and what else is kept in the state. */
  readonly state: boolean
  readonly batches: boolean
  readonly files: boolean
  readonly skills: boolean
  readonly recordings: boolean
  readonly metrics: boolean
}

/** How one may log in. */
export interface LoginWays {
  readonly password: boolean
  /** The name of the OpenID provider; null for none. */
  readonly oidc: string | null
  /** Whether there is no user yet who could log in. */
  readonly needsSetUp: boolean
}

/** What the console shows, and to whom. */
export interface ConsoleDescription {
  readonly version: string
  readonly access: 'open' | 'login'
  readonly login: LoginWays
  readonly features: ConsoleFeatures
  /** Null for one who has not logged in. */
  readonly who: {
    readonly user: Session['user'] | null
    readonly role: OrganizationRole
    readonly organization: Organization
    /** Those that one may use. */
    readonly workspaces: readonly UsableWorkspace[]
  } | null
}

/** `GET /continuo/console`. Strangers learn how to log in. */
export function consoleBody({ version, access, login, features, who }: ConsoleDescription): object {
  const { password, oidc, needsSetUp } = login
  return {
    type: 'console',
    version,
    access,
    is_signed_in: who !== null,
    organization: who === null ? null : organizationBody(who.organization),
    user: who?.user ?? null,
    role: who?.role ?? null,
    actions: who === null ? [] : actionsOf(who.role),
    workspaces: (who?.workspaces ?? []).map(({ id, name, displayColor, isDefault }) => ({
      id,
      name,
      display_color: displayColor,
      is_default: isDefault,
    })),
    features: who === null ? null : features,
    login: { password, oidc: oidc === null ? null : { name: oidc }, needs_set_up: needsSetUp },
  }
}
