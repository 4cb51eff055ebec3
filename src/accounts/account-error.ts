import { CodedError } from '../util/coded-error.ts'

/**
 * Why an account was not read or changed.
 *
 * - `account-not-found`: there is no user, workspace, key or the like with this id
 * - `account-request-invalid`: the change is against a rule
 * - `account-name-taken`: the name belongs to another one
 * - `already-member`: the address of an invite is that of a user
 * - `invite-already-exists`: the address has a pending invite
 * - `login-failed`: there is no user with this address and password
 * - `cannot-remove-last-member`: an organization has one user at least
 */
export type AccountErrorCode =
  | 'account-not-found'
  | 'account-request-invalid'
  | 'account-name-taken'
  | 'already-member'
  | 'invite-already-exists'
  | 'login-failed'
  | 'cannot-remove-last-member'

/** How much of an id an error repeats. */
const MAX_NAMED_ID_UNITS = 200

/** Something of an account that cannot be read or changed as asked; the message is for the client. */
export class AccountError extends CodedError<AccountErrorCode> {
  override readonly name = 'AccountError'

  /** @param kind as it begins a sentence, such as `Workspace` */
  static notFound(kind: string, id: string): AccountError {
    return new AccountError('account-not-found', `${kind} \`${id.slice(0, MAX_NAMED_ID_UNITS)}\` not found.`)
  }

  static invalid(message: string): AccountError {
    return new AccountError('account-request-invalid', message)
  }
}
