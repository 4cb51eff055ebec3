import { hash } from 'node:crypto'
import { base58, randomBase58 } from '../util/base58.ts'

/** What an id begins with, by the kind of thing. */
export type AccountIdPrefix =
  | 'apikey'
  | 'wrkspc'
  | 'user'
  | 'invite'
  | 'svac'
  | 'rl'
  | 'rlg'
  | 'spl'
  | 'audit'

/** A new id, such as `apikey_01…`. */
export function newAccountId(prefix: AccountIdPrefix): string {
  return `${prefix}_01${randomBase58(ID_LENGTH)}`
}

/** The id of something that has the same id in every process: a text makes it, and cannot be read off it. */
export function derivedAccountId(prefix: AccountIdPrefix, text: string): string {
  return `${prefix}_01${base58(hash('sha256', `${prefix}\0${text}`, 'buffer')).slice(0, ID_LENGTH)}`
}

const ID_LENGTH = 22
