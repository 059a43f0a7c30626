import type { WriteReportInput } from '@geoscribe/campaign';
import type { ArtifactStore } from '@geoscribe/core-io/node';
import type { PictureCandidate } from './picture-candidate.js';
import { rankCases } from './rank-cases.js';
import type { ReportData, ReportPicture } from './report-data.js';
import { scribbledCandidates } from './scribbled-candidates.js';
import { testCandidates } from './test-candidates.js';

type Pictures = Pick<ReportData, 'pictures' | 'missingPictures'>;

/**
 * Best, median and worst scribbled and test case as pictures.
 *
 * A case whose artifacts cannot be read is named with the reason instead.
 */
export async function drawPictures(input: WriteReportInput, store: ArtifactStore): Promise<Pictures> {
  const scribbled = await drawGroup('scribbled', scribbledCandidates(input, store));
  const test = await drawGroup('test', testCandidates(input, store));
  return { pictures: [...scribbled.pictures, ...test.pictures], missingPictures: [...scribbled.missingPictures, ...test.missingPictures] };
}

async function drawGroup(group: ReportPicture['group'], candidates: PictureCandidate[]): Promise<Pictures> {
  const result: Pictures = { pictures: [], missingPictures: [] };
  const attempt = async <T>(caseId: string, act: () => Promise<T>): Promise<T | null> => {
    try {
      return await act();
    } catch (error) {
      result.missingPictures.push({ caseId, message: error instanceof Error ? error.message : String(error) });
      return null;
    }
  };
  const values = new Map<string, number>();
  for (const { caseId, value } of candidates) {
    const known = await attempt(caseId, value);
    if (known !== null) values.set(caseId, known);
  }
  for (const { caseId, rank, value } of rankCases(values)) {
    const candidate = candidates.find((one) => one.caseId === caseId);
    const picture = candidate && (await attempt(caseId, () => candidate.draw()));
    if (!picture) continue;
    result.pictures.push({ caseId, group, rank, caption: `${candidate.describe(value)}. ${picture.caption}`, panels: picture.panels });
  }
  return result;
}
