import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { writeTree } from './write-tree.ts'

const execute = promisify(execFile)
const scriptOf = (rule: string) => new URL(`check-${rule}.ts`, import.meta.url).pathname

it.each(['imports', 'sizes', 'words'])('reports that this project keeps to the rule of %s', async (rule) => {
  expect(await execute(process.execPath, [scriptOf(rule)])).toEqual({ stdout: `${rule}: ok\n`, stderr: '' })
})

it('reports each violation in a line, and fails', async () => {
  const cwd = writeTree({ 'src/utils.ts': 'const guess = 1' })
  await expect(execute(process.execPath, [scriptOf('words')], { cwd })).rejects.toMatchObject({
    code: 1,
    stdout: 'words: 2 violation(s)\n',
    stderr: expect.stringMatching(
      /^src\/utils\.ts is named after nothing in particular\n.* guess: say .*\n$/,
    ),
  })
})
