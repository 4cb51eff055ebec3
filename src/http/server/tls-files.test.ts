import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { jsonResponse } from '../api-response.ts'
import { serve } from './serve.ts'
import { TlsError, TlsFiles } from './tls-files.ts'

const FIXTURES = new URL('../../../test/fixtures/tls/', import.meta.url)
let folder = ''
let certPath = ''
let keyPath = ''

function use(name: 'one' | 'two'): void {
  copyFileSync(new URL(`${name}.crt`, FIXTURES), certPath)
  copyFileSync(new URL(`${name}.key`, FIXTURES), keyPath)
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-tls-'))
  certPath = join(folder, 'server.crt')
  keyPath = join(folder, 'server.key')
  use('one')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** The body of a response, and the serial number of the certificate. */
function get(port: number): Promise<{ readonly body: string; readonly serial: string }> {
  const ca = ['one', 'two'].map((name) => readFileSync(new URL(`${name}.crt`, FIXTURES)))
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, ca, agent: false }, (response) => {
      const serial = (response.socket as TLSSocket).getPeerCertificate().serialNumber
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      response.on('end', () => resolve({ body, serial }))
    })
    sent.on('error', reject).end()
  })
}

describe('TlsFiles', () => {
  it('are served, and replaced while the server runs', async () => {
    const tls = new TlsFiles({ certPath, keyPath })
    const problems: string[] = []
    const server = await serve(async ({ isSecure }) => jsonResponse({ isSecure }), {
      ...{ host: '127.0.0.1', port: 0, tls },
      onTlsProblem: (problem) => problems.push(problem),
    })
    try {
      expect(server.url).toMatch(/^https:/)
      const first = await get(server.port)
      expect(first.body).toBe('{"isSecure":true}')
      copyFileSync(new URL('two.crt', FIXTURES), certPath)
      tls.reload()
      expect(problems).toEqual([expect.stringMatching(/cannot be used together/)])
      expect((await get(server.port)).serial).toBe(first.serial)
      use('two')
      tls.reload()
      expect((await get(server.port)).serial).not.toBe(first.serial)
    } finally {
      server.closeNow()
    }
  })

  it('are refused in one line where they cannot be used', () => {
    writeFileSync(keyPath, 'no key')
    expect(() => new TlsFiles({ certPath, keyPath })).toThrow(TlsError)
    expect(() => new TlsFiles({ certPath, keyPath: join(folder, 'none') })).toThrow(
      /\(--tls-key\) cannot be read \(ENOENT\)/,
    )
  })
})
