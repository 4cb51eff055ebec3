import { expect, test } from 'vitest'
import { newCompletionId, newHexLogId, newRequestId } from './completion-id.ts'

test.each([
  [newCompletionId, /^compl_01[1-9A-HJ-NP-Za-km-z]{22}$/],
  [newRequestId, /^req_011C[1-9A-HJ-NP-Za-km-z]{20}$/],
  [newHexLogId, /^[0-9a-f]{32}$/],
])('%o', (newId, form) => {
  const ids = Array.from({ length: 1000 }, newId)
  for (const id of ids) expect(id).toMatch(form)
  expect(new Set(ids).size).toBe(ids.length)
})
