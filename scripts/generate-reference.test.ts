import { expect, it } from 'vitest'
import { staleReferenceFiles } from './generate-reference.ts'

it('the reference in docs/ is what the sources say; if not, run: npm run reference', () => {
  expect(staleReferenceFiles(new URL('../', import.meta.url))).toEqual([])
})
