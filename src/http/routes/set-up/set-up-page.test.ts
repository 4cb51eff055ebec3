import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { SET_UP_SCRIPT, setUpPage } from './set-up-page.ts'

describe('SET_UP_SCRIPT', () => {
  function run(hash: string) {
    const input = { value: '' }
    const link = { hash: '' }
    const addresses: string[] = []
    runInNewContext(SET_UP_SCRIPT, {
      location: { hash, pathname: '/set-up' },
      document: { querySelector: (selector: string) => (selector === 'input[name=code]' ? input : link) },
      history: { replaceState: (_: null, __: string, address: string) => void addresses.push(address) },
      decodeURIComponent,
    })
    return { value: input.value, hash: link.hash, addresses }
  }

  it('moves the code from the address, where others could read it, into the form', () => {
    expect(run('#a-code')).toEqual({ value: 'a-code', hash: 'a-code', addresses: ['/set-up'] })
  })

  it('leaves a form that is opened without a code', () => {
    expect(run('')).toEqual({ value: '', hash: '', addresses: [] })
  })
})

describe('setUpPage', () => {
  it('shows a problem as text', () => {
    expect(setUpPage('<b>"', 400)).toMatchObject({
      status: 400,
      body: expect.stringContaining('<strong>&#60;b&#62;&#34;</strong>'),
    })
  })
})
