using System.Collections.Concurrent;
using Vigil.Files;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Journal;

/// <summary>
/// A second memory of what leaves, outside the database: a line is on the disk before each call that may change
/// something elsewhere, and one at the end. A database that is put back to an older state is known by it.
/// </summary>
internal sealed class FilingJournal : IDisposable
{
    public const string Name = "filing";

    private readonly SealedLog _log;

    private FilingJournal(SealedLog log, Guid id, IDictionary<Guid, JournalLine> last)
    {
        (_log, Id) = (log, id);
        Last = new ConcurrentDictionary<Guid, JournalLine>(last);
    }

    /// <summary>Of this file; the database knows it. Another file in its place is another journal.</summary>
    public Guid Id { get; }

    /// <summary>The last line of each report; of receipts what is needed is in the file.</summary>
    public ConcurrentDictionary<Guid, JournalLine> Last { get; }

    /// <param name="journals">Of the installation.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="newId">For a journal that begins now.</param>
    /// <param name="isOver">Reports whose receipts the database has: they are not kept in memory.</param>
    /// <exception cref="FileInUseException">Another process has it.</exception>
    /// <exception cref="SealBrokenException">It is damaged.</exception>
    public static FilingJournal Open(
        Journals journals,
        TenantId tenant,
        Guid newId,
        IReadOnlySet<Guid> isOver
    )
    {
        Guid? id = null;
        var last = new Dictionary<Guid, JournalLine>();
        var log = journals.Open(
            tenant,
            Name,
            record =>
            {
                var line = JournalLine.Parse(record);
                if (line.Journal is { } known)
                {
                    id ??= known;
                }
                else
                {
                    last[line.Report] = isOver.Contains(line.Report) ? line.WithoutAnswers() : line;
                }
            }
        );
        try
        {
            if (id is null)
            {
                log.Append(new JournalLine { Journal = newId }.ToUtf8Json());
                log.Sync();
            }
            return new FilingJournal(log, id ?? newId, last);
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Durable when it returns.</summary>
    /// <exception cref="IOException">Not written: what it announces must not be done.</exception>
    public void Append(JournalLine line)
    {
        _log.Append(line.ToUtf8Json());
        _log.Sync();
        Last[line.Report] = line.WithoutAnswers();
    }

    /// <summary>Compared: receipts need no memory any more.</summary>
    public void Shorten()
    {
        foreach (var (id, line) in Last)
        {
            Last[id] = line.WithoutAnswers();
        }
    }

    public void Dispose() => _log.Dispose();
}
