import { describe, expect, it } from 'vitest'
import { hostCheck } from './host-check.ts'

const check = hostCheck(['box.lan', '[fd00::1]'])

describe('hostCheck', () => {
  it.each([
    'localhost',
    'LocalHost:8642',
    'localhost.:8642',
    'page.localhost',
    '127.0.0.1',
    '127.255.0.9:1',
    '127.1',
    '[::1]',
    '[::1]:65535',
    'box.lan',
    'BOX.lan.:80',
    '[fd00::1]:8642',
  ])('accepts %s', (host) => {
    expect(() => check([host])).not.toThrow()
  })

  it.each([
    'evil.example:8642',
    'localhost.evil.example',
    'notlocalhost',
    '.localhost.evil',
    '127.0.0.1.evil.example',
    '128.0.0.1',
    '1270.0.0.1',
    '0.0.0.0',
    '[::2]',
    'evil.box.lan',
    'box.lan.evil',
    'localhost@evil.example',
    'evil.example#localhost',
    'localhost/evil',
    'localhost, evil.example',
    'localhost:80:90',
    'localhost..',
    '',
  ])('refuses %s', (host) => {
    expect(() => check([host])).toThrow(/^Host: this server is not known as/)
  })

  it('requires every named host to be allowed, and accepts a request that names none', () => {
    expect(() => check([])).not.toThrow()
    expect(() => check(['localhost', 'evil.example'])).toThrow('"evil.example"')
    expect(() => check(['evil.example', 'localhost'])).toThrow('"evil.example"')
  })
})
