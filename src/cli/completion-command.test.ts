import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { completionScript } from './completion-command.ts'

const program = new Command('continuo')
  .addCommand(
    new Command('serve').description('Serve a model').option('--port <port>', "The server's \\ port"),
  )
  .addCommand(
    new Command('key').addCommand(new Command('create')).addCommand(new Command('list')).option('-q'),
  )

describe('completionScript', () => {
  it.each(['bash', 'zsh'] as const)('completes commands, and what belongs to each, in %s', (shell) => {
    const script = completionScript(shell, program)
    expect(script).toContain("local words='serve key --help --version'")
    expect(script).toContain("    serve) words='--port --help' ;;\n    key) words='create list --help' ;;\n")
    expect(script.startsWith('autoload -U +X bashcompinit && bashcompinit\n')).toBe(shell === 'zsh')
  })

  it('completes with descriptions in fish', () => {
    const script = completionScript('fish', program)
    expect(script).toContain("complete -c continuo -n __fish_use_subcommand -a serve -d 'Serve a model'\n")
    expect(script).toContain("-n '__fish_seen_subcommand_from key' -a create\n")
    expect(script).toContain("-n '__fish_seen_subcommand_from key' -l help -d 'Show the help'\n")
    expect(script).not.toContain('-l q')
  })

  it('quotes what a description holds', () => {
    expect(completionScript('fish', program)).toContain(`-l port -d 'The server\\'s \\\\ port'`)
  })
})
