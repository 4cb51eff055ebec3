import { describe, expect, it } from 'vitest'
import { loginNetwork } from './login-network.ts'

const networkOf = (remoteAddress: string | null, forwarded?: string) =>
  loginNetwork({
    remoteAddress,
    headers: new Headers(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }),
  })

describe('loginNetwork', () => {
  it.each([
    ['203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['2001:db8::1', '198.51.100.1', '2001:db8:0:0'],
    ['172.32.0.1', '198.51.100.1', '172.32.0.1'],
    ['fe80::1', '198.51.100.1', 'fe80:0:0:0'],
  ])('believes no header of %s', (address, forwarded, network) => {
    expect(networkOf(address, forwarded)).toBe(network)
  })

  it.each(['127.0.0.1', '::1', '::ffff:10.0.0.2', '172.16.0.1', '172.31.9.9', '192.168.1.1', 'fd00::2'])(
    'believes what the nearest proxy at %s has added',
    (address) => {
      expect(networkOf(address, '192.0.2.1, 198.51.100.1')).toBe('198.51.100.1')
      expect(networkOf(address, '2001:db8:1:2:3::')).toBe('2001:db8:1:2')
    },
  )

  it.each(['', 'unknown', '198.51.100.1, evil', '1.2.3.4.5', ','])('does not believe %j', (forwarded) => {
    expect(networkOf('10.0.0.1', forwarded)).toBe('10.0.0.1')
  })

  it('is unknown without a network', () => {
    expect(networkOf(null, '198.51.100.1')).toBe('')
  })
})
