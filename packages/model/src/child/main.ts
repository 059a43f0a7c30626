import { runJob } from './jobs.js';
import { serve } from './serve.js';

serve(runJob);
