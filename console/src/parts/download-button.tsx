import { download } from '../api/download.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from './button.tsx'
import { showToast } from './toasts.tsx'

interface DownloadButtonProps {
  readonly path: string
  readonly filename: string
  /** What is downloaded, such as "Download the results". */
  readonly label: string
}

/** Saves what a path of the API holds as a file. */
export function DownloadButton({ path, filename, label }: DownloadButtonProps) {
  const save = useAction(() => download(path, filename).catch((error: Error) => showToast(error.message)))
  return (
    <Button
      kind="plain"
      isSmall
      icon="download"
      label={label}
      isBusy={save.isRunning}
      onClick={() => void save.run()}
    />
  )
}
