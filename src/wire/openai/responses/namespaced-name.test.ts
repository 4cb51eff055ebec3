import { expect, it } from 'vitest'
import { calledName, modelToolName } from './namespaced-name.ts'

it.each([
  [undefined, 'get', 'get'],
  [null, 'get', 'get'],
  ['', 'get', 'get'],
  ['files', 'get', 'files__get'],
])('in the namespace %j, a model knows %s as %s', (namespace, name, known) => {
  expect(modelToolName(namespace, name)).toBe(known)
})

it('a call is named to its client as the client named the tool', () => {
  const names = new Map([['files__get', { namespace: 'files', name: 'get' }]])
  expect(calledName('files__get', names)).toEqual({ namespace: 'files', name: 'get' })
  // A client may have a tool of its own with such a name.
  expect(calledName('mail__get', names)).toEqual({ name: 'mail__get' })
})
