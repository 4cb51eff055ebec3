import { expect, it } from 'vitest'
import { staleReferenceFiles } from './generate-reference.ts'

it('keeps the reference in docs/ up to date; if this fails, run: npm run reference', () => {
  expect(staleReferenceFiles(new URL('../', import.meta.url))).toEqual([])
})
