// Loaded before a program, and by its child processes: appends what each of them loads to a file of its own.
import { openSync, writeSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { basename, join } from 'node:path'

const program = basename(process.argv[1] ?? 'none').replace(/\.\w+$/, '')
const file = openSync(join(process.env.RECORDED_MODULES, `${program}-${process.pid}`), 'a')
registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith('node:')) writeSync(file, `${url}\n`)
    return nextLoad(url, context)
  },
})
