import { afterAll, afterEach, type RunnerTask, type RunnerTestFile } from 'vitest'
import { endChildrenWithThisProcess } from '../end-children.ts'
import { watchProcessStarts, watchThreadStarts } from './watch-process-starts.ts'

// Set up before each file of the tier whose tests start processes or threads, or load models.
let hasStarted = false
let file: RunnerTestFile | undefined
const onStart = () => {
  hasStarted = true
}
endChildrenWithThisProcess()
watchProcessStarts(onStart)
watchThreadStarts(onStart)

afterEach(({ task }) => {
  file = task.file
})

afterAll(() => {
  // A test that was filtered out, skipped or failed may be the one that starts a process.
  if (hasStarted || !file?.tasks.every(hasPassed)) return
  throw new Error('No test here starts a process or a thread, or loads a model: name the file *.test.ts.')
})

function hasPassed(task: RunnerTask): boolean {
  return task.type === 'suite' ? task.tasks.every(hasPassed) : task.result?.state === 'pass'
}
