import { describe, expect, it } from 'vitest'
import { encryptedContent, readEncryptedContent } from './encrypted-content.ts'

describe('encryptedContent', () => {
  it.each(['c2lnbmVk', ''])('returns the signature %j to the engine that made it', (signature) => {
    expect(readEncryptedContent(encryptedContent(signature))).toBe(signature)
  })

  it('is null for thinking without a signature', () => {
    expect(encryptedContent(null)).toBeNull()
  })
})

describe('readEncryptedContent', () => {
  it.each([null, undefined, '', 'gAAAAABo', 'continuo'])('ignores %j, which is not ours', (content) => {
    expect(readEncryptedContent(content)).toBeNull()
  })
})
