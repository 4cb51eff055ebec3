import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'

it('ends an example whose reader has seen enough', async () => {
  const endless =
    "const write = () => process.stdout.write('line\\n'.repeat(1000), () => setImmediate(write)); write()"
  const program = spawn(process.execPath, ['--import', './scripts/end-with-reader.ts', '--eval', endless], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  program.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const closed = once(program, 'close')
  await once(program.stdout, 'data')
  program.stdout.destroy()
  const [code] = await closed
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
})
