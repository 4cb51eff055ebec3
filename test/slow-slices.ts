import { WorkSlices } from '../src/util/work-slices.ts'

/** Slices that are always over, with a record of what happens between them. */
export class SlowSlices extends WorkSlices {
  readonly events: string[] = []

  override get isOver(): boolean {
    return true
  }

  override async next(): Promise<void> {
    this.events.push('turn')
  }

  /** An object that records when its keys are listed. */
  watched<Value extends object>(value: Value): Value {
    const listKeys = (target: Value) => {
      this.events.push('keys')
      return Reflect.ownKeys(target)
    }
    return new Proxy(value, { ownKeys: listKeys })
  }
}
