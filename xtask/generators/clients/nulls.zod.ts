// What orval made for zod takes a page in which everything is null, and an error of that kind.
import {
  listSwrImageRepositoryResponse,
  runImageSynchronizeResponse,
} from './orval-zod-hss-image';
import { keystoneListProjectsResponse } from './orval-zod-iam';

const shape = listSwrImageRepositoryResponse.shape.data_list.unwrap().unwrap().element.shape;
const record = Object.fromEntries(Object.keys(shape).map((name) => [name, null]));
listSwrImageRepositoryResponse.parse({ total_num: null, data_list: [record, { ...record, scan_status: 'new' }] });
listSwrImageRepositoryResponse.parse({ total_num: 0, data_list: null });
runImageSynchronizeResponse.parse({ error_code: null, error_description: null });
keystoneListProjectsResponse.parse({ projects: [{ id: null, enabled: null }] });
