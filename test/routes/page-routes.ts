import type { Fields } from './growable-fields.ts'

/** What browsers add to what a page of the server sends. */
export const PAGE_HEADERS = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' }

/** What only pages of the server may send, each with its bodies. None of these logs in. */
export const PAGE_ROUTES: readonly (readonly [pattern: string, ...bodies: Fields[]])[] = [
  ['/continuo/login', { email: 'no-address', password: 'p' }],
  ['/continuo/logout'],
  ['/continuo/set_up', { code: 'c', email: 'no-address', name: 'N', password: 'short' }],
  ['/continuo/accept_invite', { secret: 's', name: 'N', password: 'short' }],
  ['/continuo/set_password', { secret: 's', password: 'short' }],
  ['/continuo/change_password', { current_password: 'c', password: 'short' }],
]
