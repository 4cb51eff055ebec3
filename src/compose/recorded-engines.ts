import type { RecordedEngine } from '../recordings/recorded-engine.ts'
import { RecordingEngine } from '../recordings/recording-engine.ts'
import { ReplayEngine } from '../recordings/replay-engine.ts'
import type { EngineDirectory } from '../serving/engine-directory.ts'
import type { OpenEngine } from './open-engines.ts'

/** The engines of a server that are recorded, or play recordings. */
export function recordedEngines({
  engines,
}: Pick<EngineDirectory<OpenEngine>, 'engines'>): readonly RecordedEngine[] {
  return [...engines].flatMap(([name, engine]): readonly RecordedEngine[] => {
    if (engine instanceof ReplayEngine) {
      return [{ name, mode: 'replay', folder: engine.folder, isRecording: false, setRecording: null }]
    }
    if (!(engine instanceof RecordingEngine)) return []
    const { mode, folder, isRecording } = engine
    const setRecording = (value: boolean) => {
      engine.isRecording = value
    }
    return [{ name, mode, folder, isRecording, setRecording }]
  })
}
