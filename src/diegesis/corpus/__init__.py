"""Many works at once: files become Parquet tables, on the processors of one machine or on a Ray cluster.

How a file is read is handed in (``Job.factory``); this part knows only how to share the work out, how to lose none of
it, and how to write it down.

``listing``    which files, in which order
``records``    a job, a batch of works, what has become of it
``placing``    files and lines that are on the disk whole or not at all
``manifest``   which batches are done; a run that was cut off goes on from it
``parts``      rows become Parquet, one row group a work
``reading``    a batch is read: what every engine runs
``local``      the engine of one machine: processes
``on_ray``     the engine of a cluster: Ray Data
``progress``   how far it is
``running``    the whole
"""

from diegesis.corpus.listing import list_files
from diegesis.corpus.records import Job, Row, Summary
from diegesis.corpus.running import read_corpus

__all__ = ["Job", "Row", "Summary", "list_files", "read_corpus"]
