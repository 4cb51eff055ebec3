import type { User } from '../../accounts/user.ts'
import { timeBody } from './list-body.ts'

/** @see the Admin API's reference, "Get User" */
export function userBody({ id, addedAt, email, name, role }: User): object {
  return { type: 'user', id, added_at: timeBody(addedAt), email, name, role }
}

/** @see the Admin API's reference, "Remove User" */
export function userDeletedBody({ id }: User): object {
  return { type: 'user_deleted', id }
}
