import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import type { ApiKeysTable } from '../state/tables/api-keys-table.ts'
import { derivedAccountId } from './account-id.ts'
import { secretDigest, secretHint } from './api-key-secret.ts'
import { knownKeyOf } from './known-key-of.ts'
import type { KnownKey, KnownKeys } from './known-keys.ts'

/** The keys that flags, the environment and the configuration file declare. */
export interface DeclaredSecrets {
  readonly apiKeys: readonly string[]
  readonly adminKeys?: readonly string[]
  /** Whether keys may reuse the prefixes that others sent; otherwise each has a `CacheScope` of its own. */
  readonly sharedCache: boolean
}

/** The keys that the configuration declares: this server accepts them, whatever the database says. */
export class DeclaredKeys implements KnownKeys {
  #rows: readonly Readonly<ApiKeysTable>[] = []
  readonly #keys = new Map<string, KnownKey>()

  constructor(secrets: DeclaredSecrets) {
    this.replace(secrets)
  }

  /** As rows of the state. */
  get rows(): readonly Readonly<ApiKeysTable>[] {
    return this.#rows
  }

  /** Declares other keys in place of all that there were. */
  replace({ apiKeys, adminKeys = [], sharedCache }: DeclaredSecrets): void {
    this.#keys.clear()
    const rows = new Map<string, Readonly<ApiKeysTable>>()
    const declare = (secret: string, kind: ApiKeysTable['kind']) => {
      const row = declaredRow(secret, kind)
      rows.set(row.secretSha256, row)
      const known = knownKeyOf(row, secret, { sharedCache, resolveModel: (id) => id })
      this.#keys.set(row.secretSha256, known)
    }
    for (const secret of apiKeys) declare(secret, 'api')
    for (const secret of adminKeys) declare(secret, 'admin')
    // Instances that start together lock the rows in the same order.
    this.#rows = [...rows.values()].sort((a, b) => (a.secretSha256 < b.secretSha256 ? -1 : 1))
  }

  find(secret: string): KnownKey | null {
    return this.findDigest(secretDigest(secret))
  }

  /** The key with a secret of this digest. The digests of two secrets share nothing that a sender could find by timing. */
  findDigest(digest: string): KnownKey | null {
    return this.#keys.get(digest) ?? null
  }

  shownWorkspaceId(): null {
    return null
  }

  /** They stand for no user. */
  isMember(): boolean {
    return false
  }

  /** Without a state there is one workspace, whatever clients call it. */
  workspaceId(): string {
    return DEFAULT_WORKSPACE_ID
  }
}

/** The id is the same on every instance and after every start, so that reports keep together. */
function declaredRow(secret: string, kind: ApiKeysTable['kind']): Readonly<ApiKeysTable> {
  const secretSha256 = secretDigest(secret)
  const id = derivedAccountId('apikey', secretSha256)
  const hint = secretHint(secret)
  return {
    id,
    secretSha256,
    kind,
    hint,
    name: `Declared key ${hint ?? id.slice(-4)}`,
    workspaceId: kind === 'api' ? DEFAULT_WORKSPACE_ID : null,
    principalId: null,
    createdBy: null,
    createdAt: 0,
    status: 'active',
    expiresAt: null,
    origin: 'configuration',
    allowedModels: null,
    lastUsedAt: null,
  }
}
