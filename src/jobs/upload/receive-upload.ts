/** Takes files that arrive over HTTP: from a caller, or at a one-time address. A file that does not arrive whole leaves nothing. */
import { isoTime } from '../../core/clock.js';
import { InputError } from '../../core/errors.js';
import { sha256 as sha256Of } from '../../core/hash.js';
import { LIMITS } from '../../core/limits.js';
import { sentName } from '../../files/disk/sent-name.js';
import type { Upload } from '../../model/web-file.js';
import {
  fileTooLarge,
  noAddress,
  uploadFileOf,
  type ArrivingFile,
  type UploadParts,
  type UploadView,
} from './upload-parts.js';

const ID_BYTES = 16;

export interface UploadRequest {
  readonly organizationId?: string | undefined;
  /** The declared size; null: it was not declared. */
  readonly declaredBytes: number | null;
  /** Begins to read the body; called once the caller may upload. */
  readonly take: () => Promise<ArrivingFile>;
  /** Called with the hash of the whole file before it is kept; a rejection leaves nothing. */
  readonly identify?: (sha256: string) => Promise<void>;
}

type Received = NonNullable<Upload['received']>;

interface Arrived {
  readonly fileName: string | null;
  readonly received: Received;
}

function emptyFile(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'The file is empty.',
    hint: 'Send a file with at least one byte.',
  });
}

function wrongSize({ sizeBytes }: Received, expectedBytes: number): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: `The file has ${String(sizeBytes)} bytes; ${String(expectedBytes)} were announced.`,
    hint: 'Send the whole file, or ask for another address with the right sizeBytes.',
  });
}

/** Stores the bytes under the id of the upload, whole or not at all. */
async function storeArriving(
  { files, fileBytesMax }: Pick<UploadParts, 'files' | 'fileBytesMax'>,
  upload: Pick<Upload, 'id' | 'organizationId' | 'expectedBytes'>,
  { take, identify = () => Promise.resolve() }: Pick<UploadRequest, 'take' | 'identify'>,
): Promise<Arrived> {
  const { fileName, chunks, end } = await take();
  const staged = await files.stage('upload', chunks, { bytesMax: fileBytesMax });
  try {
    await end();
    const { sizeBytes, sha256 } = staged;
    const received = { sizeBytes, sha256 };
    const { expectedBytes } = upload;
    if (sizeBytes === 0) throw emptyFile();
    if (expectedBytes !== null && expectedBytes !== sizeBytes) {
      throw wrongSize(received, expectedBytes);
    }
    await identify(sha256);
    await staged.keepAs(upload.organizationId, upload.id);
    return { fileName, received };
  } finally {
    await staged.discard();
  }
}

function viewOf({ id, fileName, expiresAtMs }: Upload, received: Received): UploadView {
  const { sizeBytes, sha256 } = received;
  return { uploadId: id, fileName, sizeBytes, sha256, expiresAt: isoTime(expiresAtMs) ?? '' };
}

/** Keeps the file only if `note` could store its record. */
async function noted(
  { files }: Pick<UploadParts, 'files'>,
  upload: Pick<Upload, 'id' | 'organizationId'>,
  note: () => Promise<void>,
): Promise<void> {
  try {
    await note();
  } catch (error) {
    await files.remove(uploadFileOf(upload));
    throw error;
  }
}

/** Takes a file of the caller. Everything that can be refused without the body is refused before it is read. */
export async function receiveUpload(
  parts: UploadParts,
  { organizationId, declaredBytes, ...arriving }: UploadRequest,
): Promise<UploadView> {
  const { store, clock, organizations, caller, fileBytesMax } = parts;
  if ((declaredBytes ?? 0) > fileBytesMax) throw fileTooLarge(fileBytesMax);
  const account = await organizations.accountFor(caller, organizationId);
  const owner = await account.remembered(organizationId);
  const place = { id: clock.randomHex(ID_BYTES), organizationId: owner.id, expectedBytes: null };
  const { fileName, received } = await storeArriving(parts, place, arriving);
  const createdAtMs = clock.nowMs();
  const upload: Upload = {
    ...place,
    fileName: sentName(fileName ?? ''),
    received,
    createdBy: caller.actor,
    createdAtMs,
    expiresAtMs: createdAtMs + LIMITS.uploadLifeMs,
  };
  await noted(parts, upload, () => store.createUpload({ ...upload, secretHash: null }));
  return viewOf(upload, received);
}

/** A one-time address, to be shown to the caller alone. */
export interface UploadAddress {
  readonly uploadId: string;
  /** The secret of the address; only its hash is stored. */
  readonly secret: string;
  readonly expiresAt: string;
}

export interface AddressRequest {
  readonly organizationId?: string | undefined;
  readonly fileName?: string | undefined;
  readonly sizeBytes?: number | undefined;
}

/** 256 bits. */
const SECRET_BYTES = 32;

/** Makes a one-time address for a file of the caller's organization. */
export async function requestUpload(
  { store, clock, organizations, caller, fileBytesMax }: UploadParts,
  { organizationId, fileName = '', sizeBytes }: AddressRequest,
): Promise<UploadAddress> {
  if ((sizeBytes ?? 0) > fileBytesMax) throw fileTooLarge(fileBytesMax);
  const account = await organizations.accountFor(caller, organizationId);
  const owner = await account.remembered(organizationId);
  const secret = Buffer.from(clock.randomHex(SECRET_BYTES), 'hex').toString('base64url');
  const createdAtMs = clock.nowMs();
  const expiresAtMs = createdAtMs + LIMITS.addressLifeMs;
  const id = clock.randomHex(ID_BYTES);
  await store.createUpload({
    id,
    organizationId: owner.id,
    fileName: fileName.trim() === '' ? '' : sentName(fileName),
    received: null,
    expectedBytes: sizeBytes ?? null,
    createdBy: caller.actor,
    createdAtMs,
    expiresAtMs,
    secretHash: sha256Of(secret),
  });
  return { uploadId: id, secret, expiresAt: isoTime(expiresAtMs) ?? '' };
}

export interface AddressedUpload extends Omit<UploadRequest, 'organizationId'> {
  readonly secret: string;
}

/** The file that arrived at an address, and the owner of the address. */
export interface ReceivedAtAddress {
  readonly view: UploadView;
  readonly organizationId: string;
  readonly createdBy: string;
}

function checkDeclared(upload: Upload, declaredBytes: number | null): void {
  const { expectedBytes } = upload;
  if (declaredBytes === null || expectedBytes === null || declaredBytes === expectedBytes) return;
  throw wrongSize({ sizeBytes: declaredBytes, sha256: '' }, expectedBytes);
}

/**
 * Takes the file that is sent to a one-time address. Rejects with `UPLOAD_NOT_FOUND` before the body is read. An
 * address stays good while no whole file has come.
 */
export async function receiveAtAddress(
  parts: Pick<UploadParts, 'store' | 'files' | 'clock' | 'fileBytesMax'>,
  { secret, declaredBytes, ...arriving }: AddressedUpload,
): Promise<ReceivedAtAddress> {
  const { store, clock, fileBytesMax } = parts;
  if ((declaredBytes ?? 0) > fileBytesMax) throw fileTooLarge(fileBytesMax);
  const secretHash = sha256Of(secret);
  const claimed = await store.claimUpload({ secretHash, nowMs: clock.nowMs() });
  if (claimed === null) throw noAddress();
  try {
    checkDeclared(claimed, declaredBytes);
    const { fileName, received } = await storeArriving(parts, claimed, arriving);
    const { id, organizationId, createdBy } = claimed;
    const own = claimed.fileName === '' ? sentName(fileName ?? '') : claimed.fileName;
    const expiresAtMs = clock.nowMs() + LIMITS.uploadLifeMs;
    const upload = { ...claimed, fileName: own, expiresAtMs };
    await noted(parts, claimed, async () => {
      const isKnown = await store.completeUpload({ id, fileName: own, expiresAtMs, received });
      if (!isKnown) throw noAddress();
    });
    return { view: viewOf(upload, received), organizationId, createdBy };
  } catch (error) {
    await store.releaseUpload({ id: claimed.id });
    throw error;
  }
}
