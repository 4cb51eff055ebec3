import * as z from 'zod'
import { ASSIGNABLE_ROLES } from '../../accounts/role.ts'
import type { NewUser } from '../../accounts/user.ts'
import { checkBody, dictionary, nameUpTo, oneOf } from '../body-schema.ts'
import { EMAIL } from './invite-params.ts'

const MAX_NAME_CHARACTERS = 255

const CREATE = z.strictObject(
  {
    email: EMAIL,
    name: nameUpTo(MAX_NAME_CHARACTERS),
    role: oneOf([...ASSIGNABLE_ROLES, 'admin']),
  },
  { error: dictionary },
)

/** Reads the body of `POST /continuo/users`. */
export function parseNewUser(body: object): NewUser {
  return checkBody(body, CREATE)
}
