import * as z from 'zod'
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../../accounts/passwords.ts'
import { checkBody, dictionary, nameUpTo, textUpTo } from '../body-schema.ts'
import { EMAIL } from './invite-params.ts'

const [MAX_NAME_CHARACTERS, MAX_SECRET_CHARACTERS] = [255, 100]
const SECRET = textUpTo(MAX_SECRET_CHARACTERS)
const SOME_PASSWORD = textUpTo(MAX_PASSWORD_LENGTH)
const NEW_PASSWORD = SOME_PASSWORD.refine(
  (text) => text.length >= MIN_PASSWORD_LENGTH,
  `String should have at least ${MIN_PASSWORD_LENGTH} characters`,
)
const NAME = nameUpTo(MAX_NAME_CHARACTERS)

const object = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape, { error: dictionary })
const LOGIN = object({ email: EMAIL, password: SOME_PASSWORD })
const SET_UP = object({ code: SECRET, email: EMAIL, name: NAME, password: NEW_PASSWORD })
const ACCEPT_INVITE = object({ secret: SECRET, name: NAME, password: NEW_PASSWORD })
const SET_PASSWORD = object({ secret: SECRET, password: NEW_PASSWORD })
const CHANGE_PASSWORD = object({ current_password: SOME_PASSWORD, password: NEW_PASSWORD })

/** Reads the body of `POST /continuo/login`. */
export function parseLogin(body: object) {
  return checkBody(body, LOGIN)
}

/** Reads the body of `POST /continuo/set_up`. */
export function parseSetUp(body: object) {
  return checkBody(body, SET_UP)
}

/** Reads the body of `POST /continuo/accept_invite`. */
export function parseAcceptInvite(body: object) {
  return checkBody(body, ACCEPT_INVITE)
}

/** Reads the body of `POST /continuo/set_password`. */
export function parseSetPassword(body: object) {
  return checkBody(body, SET_PASSWORD)
}

/** Reads the body of `POST /continuo/change_password`. */
export function parseChangePassword(body: object) {
  const { current_password: current, password } = checkBody(body, CHANGE_PASSWORD)
  return { current, password }
}
