import { describe, expect, it } from 'vitest'
import { quickModel } from '../../test/quick-model.ts'
import { runContinuo } from '../../test/run-continuo.ts'

const model = quickModel()
const PROMPT = '\n\nHuman: Hi\n\nAssistant:'

describe('continuo complete', () => {
  it('completes its argument, or its standard input', async () => {
    const words = ['complete', ...model.flags, '--max-tokens', '12']
    const byArgument = await runContinuo([...words, 'Hi'])
    const byInput = await runContinuo(words, 'Hi\n')
    const byHand = await runContinuo([...words, '--no-wrap', PROMPT])
    expect(byArgument).toMatchObject({ code: 0, stderr: '' })
    expect(byArgument.stdout).toMatch(/.+\n$/s)
    expect(byInput.stdout).toBe(byArgument.stdout)
    expect(byHand.stdout).toBe(byArgument.stdout)
  })

  it('stops at Ctrl-C', async () => {
    const command = model.start(
      'complete',
      ...model.flags,
      '--temperature',
      '0',
      '--max-tokens',
      '8000',
      'Hi',
    )
    await command.waitForOutput(/./)
    command.child.kill('SIGINT')
    expect(await command.exitCode()).toBe(130)
    expect(command.stdout.endsWith('\n')).toBe(true)
  })
})
