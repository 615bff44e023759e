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
    private readonly ConcurrentQueue<JournalLine> _facts = new();

    private volatile bool _isBehind;

    private FilingJournal(
        SealedLog log,
        Guid id,
        IDictionary<Guid, JournalLine> last,
        IDictionary<Guid, long> marks
    )
    {
        (_log, Id) = (log, id);
        Last = new ConcurrentDictionary<Guid, JournalLine>(last);
        Marks = new ConcurrentDictionary<Guid, long>(marks);
    }

    /// <summary>Of this file; the database knows it. Another file in its place is another journal.</summary>
    public Guid Id { get; }

    /// <summary>The last line of each report; of receipts what is needed is in the file.</summary>
    public ConcurrentDictionary<Guid, JournalLine> Last { get; }

    /// <summary>How far each journal came in the database, this one too: durable before it is told.</summary>
    public ConcurrentDictionary<Guid, long> Marks { get; }

    /// <summary>Of the last line; 0: none has a number.</summary>
    public long Head => Marks.GetValueOrDefault(Id);

    /// <summary>So many are durable. The database keeps how many there were, so that a shorter file is known.</summary>
    public long Lines => _log.DurableCount;

    /// <summary>
    /// Its last line was torn when it was opened, and is dropped: it announced a call that was never made.
    /// </summary>
    public bool WasTorn => _log.TornBytes > 0;

    /// <summary>Somebody cut it off while it is open here: nothing can be written any more.</summary>
    public bool IsCut => _log.IsCut;

    /// <summary>The database was found behind it: compare before anything leaves.</summary>
    public bool IsBehind
    {
        get => _isBehind;
        set => _isBehind = value;
    }

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
        var marks = new Dictionary<Guid, long>();
        long head = 0;
        var log = journals.Open(
            tenant,
            Name,
            record =>
            {
                var line = JournalLine.Parse(record);
                head = Math.Max(head, line.Head ?? 0);
                if (line.Journal is { } known)
                {
                    id ??= known;
                }
                else if (line.Seen is { } seen)
                {
                    foreach (var (journal, mark) in seen)
                    {
                        marks[journal] = Math.Max(mark, marks.GetValueOrDefault(journal));
                    }
                }
                else if (!last.TryGetValue(line.Report, out var newer) || !line.IsOlderThan(newer))
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
            }
            // Also what a killed process appended and did not sync: from here on it counts as durable.
            log.Sync();
            var own = id ?? newId;
            head = Math.Max(head, marks.GetValueOrDefault(own));
            if (head > 0)
            {
                marks[own] = head;
            }
            return new FilingJournal(log, own, last, marks);
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
        Write(line);
        Last.AddOrUpdate(
            line.Report,
            _ => line.WithoutAnswers(),
            (_, known) => line.IsOlderThan(known) ? known : line.WithoutAnswers()
        );
        if (line.Head is { } head)
        {
            Raise(Id, head);
        }
    }

    /// <summary>
    /// What a person said, after it was saved: it announces nothing. Where it cannot be written now, the next look
    /// writes it.
    /// </summary>
    public void AppendFact(JournalLine line)
    {
        try
        {
            Append(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            _facts.Enqueue(line);
        }
    }

    /// <summary>What could not be written before.</summary>
    /// <exception cref="IOException">It still cannot.</exception>
    public void AppendFacts()
    {
        // By the one worker that looks; the order of lines about one package is that of their numbers.
        while (_facts.TryPeek(out var line))
        {
            Append(line);
            _facts.TryDequeue(out _);
        }
    }

    /// <summary>So far the journals came, this one too. Durable when it returns.</summary>
    /// <exception cref="IOException">Not written: nobody may be told that it is held.</exception>
    public void See(IReadOnlyDictionary<Guid, long> heads)
    {
        if (heads.Count == 0)
        {
            return;
        }
        Write(new JournalLine { Seen = heads });
        foreach (var (id, head) in heads)
        {
            Raise(id, head);
        }
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

    private void Write(JournalLine line)
    {
        _log.Append(line.ToUtf8Json());
        _log.Sync();
    }

    private void Raise(Guid id, long head) =>
        Marks.AddOrUpdate(id, head, (_, known) => Math.Max(known, head));
}
