/** Quantizes a model with llama.cpp's own quantizer: `argv[2]` to `argv[3]`, in the type of file with the number `argv[4]`. */
import koffi from 'koffi'
import { findLlamaBuild } from '../../src/engines/llama/find-llama-build.ts'

const [, , from = '', to = '', fileType = ''] = process.argv

/** `llama_model_quantize_params` */
koffi.struct('quantize_params', {
  ...{ nthread: 'int32', ftype: 'int', output_tensor_type: 'int', token_embedding_type: 'int' },
  ...{ allow_requantize: 'bool', quantize_output_tensor: 'bool', only_copy: 'bool', pure: 'bool' },
  ...{ keep_split: 'bool', dry_run: 'bool' },
  ...{ imatrix: 'void*', kv_overrides: 'void*', tt_overrides: 'void*', prune_layers: 'void*' },
  max_buf_size: 'size_t',
})

const build = findLlamaBuild()
const load = (path: string) => koffi.load(path, { global: true, lazy: true })
load(build.basePath)
const ggml = load(build.ggmlPath)
const llama = load(build.llamaPath)
ggml.func('void ggml_backend_load_all_from_path(str)')(build.folder)
llama.func('void llama_backend_init()')()
const defaults = llama.func('quantize_params llama_model_quantize_default_params()')() as object
const quantize = llama.func('uint32 llama_model_quantize(str, str, quantize_params*)')
const status = quantize(from, to, { ...defaults, ftype: Number(fileType), allow_requantize: true }) as number
process.exit(status === 0 ? 0 : 1)
