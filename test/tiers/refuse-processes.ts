import { watchProcessStarts } from './watch-process-starts.ts'

// Set up before each file of the quick tier, whose tests may start no process and load no model.
watchProcessStarts((what) => {
  throw new Error(`A test that ${what} is not a unit test: name its file *.process.test.ts.`)
})
