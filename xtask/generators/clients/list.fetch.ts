// Lists through the TypeScript client of openapi-generator, typescript-fetch.
import { Configuration, ImageApi, ResponseError } from './hss-image';
import { Configuration as IamConfiguration, IdentityApi } from './iam';

const env = (name: string) => process.env[name] ?? '';
const projectId = env('PROJECT_ID');

async function token(): Promise<string> {
  const iam = new IdentityApi(new IamConfiguration({ basePath: env('IAM_ENDPOINT') }));
  const user = { domain: { name: env('ACCOUNT') }, name: env('IAM_USER'), password: env('IAM_PASSWORD') };
  const { raw } = await iam.keystoneCreateUserTokenByPasswordRaw({
    createTokenRequest: {
      auth: { identity: { methods: ['password'], password: { user } }, scope: { project: { id: projectId } } },
    },
  });
  return raw.headers.get('X-Subject-Token') ?? '';
}

async function list(): Promise<void> {
  const issued = await token();
  // A plain string would go into Authorization, too.
  const apiKey = (name: string) => (name === 'X-Auth-Token' ? issued : (undefined as unknown as string));
  const hss = new ImageApi(new Configuration({ basePath: env('HSS_ENDPOINT'), apiKey }));
  for (let offset = 0; ; ) {
    const page = await hss.listSwrImageRepository({ projectId, imageType: env('IMAGE_TYPE'), offset, limit: 200 });
    if (!page.dataList?.length) return;
    for (const image of page.dataList) {
      console.log(`${image.id} ${image.namespace} ${image.imageName} ${image.imageVersion} ${image.scanStatus}`);
    }
    offset += page.dataList.length;
  }
}

list().catch(async (error: unknown) => {
  const response = (error as ResponseError).response;
  console.error(response ? await response.text() : error);
  process.exit(1);
});
