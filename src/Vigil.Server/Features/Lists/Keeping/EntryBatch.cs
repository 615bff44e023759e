using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Keeping;

/// <summary>What became of a row.</summary>
internal enum EntryOutcome
{
    Added,
    AlreadyThere,

    /// <summary>The entry got its source's identifier, another category, or the quality of its PDQ.</summary>
    Updated,

    /// <summary>It was withdrawn here and stays so.</summary>
    Tombstoned,

    /// <summary>It was withdrawn here and came back, as was expressly asked.</summary>
    Restored,
}

/// <summary>
/// Adds entries to a list, each once: an entry is a signal under a source's reference. A row without reference
/// is there when any entry of its signal is. One transaction, at most some thousand rows.
/// </summary>
internal sealed class EntryBatch
{
    private readonly Guid _listId;
    private readonly IReadOnlyList<EntryDraft> _drafts;
    private readonly Dictionary<string, SignalRow> _signals = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, List<EntryRow>> _entries = [];
    private readonly List<(SignalRow Signal, EntryDraft Draft)> _newSignals = [];
    private readonly List<EntryRow> _newEntries = [];
    private readonly HashSet<EntryRow> _changed = [];
    private readonly List<(SignalRow Signal, SignalValue Value)> _qualities = [];

    private EntryBatch(Guid listId, IReadOnlyList<EntryDraft> drafts) =>
        (_listId, _drafts) = (listId, drafts);

    /// <summary>In the order of the drafts.</summary>
    public List<(EntryOutcome Outcome, Guid EntryId)> Outcomes { get; } = [];

    public bool ChangesNothing =>
        _newSignals.Count + _newEntries.Count + _changed.Count + _qualities.Count == 0;

    /// <summary>Works out what is to be done, without doing it.</summary>
    /// <param name="tx">A transaction, of whichever kind.</param>
    /// <param name="listId">The list.</param>
    /// <param name="drafts">The rows.</param>
    /// <param name="restores">Withdrawn entries come back.</param>
    public static async Task<EntryBatch> PlanAsync(
        Tx tx,
        Guid listId,
        IReadOnlyList<EntryDraft> drafts,
        bool restores
    )
    {
        var batch = new EntryBatch(listId, drafts);
        await batch.LoadAsync(tx);
        foreach (var draft in drafts)
        {
            batch.Outcomes.Add(batch.Take(tx, draft, restores));
        }
        return batch;
    }

    /// <summary>Does it.</summary>
    /// <param name="tx">The same transaction.</param>
    /// <param name="generation">What changed rows carry.</param>
    /// <param name="importId">Of an import.</param>
    public async Task ApplyAsync(Tx tx, long generation, Guid? importId)
    {
        var values = ListSecrets.SealMany(
            tx.Secrets,
            [.. _newSignals.Select(one => (one.Signal.Id, one.Draft.Value))]
        );
        await ManyRows.InsertAsync(
            tx,
            "signal",
            ["id", "kind", "blind", "sealed", "has_quality"],
            [.. _newSignals.Zip(values, (one, value) => (one.Signal, one.Draft, value))],
            one =>
                [
                    one.Signal.Id,
                    one.Draft.Kind,
                    one.Draft.Blind,
                    one.value,
                    one.Draft.Value.PdqQuality is not null,
                ]
        );
        await ManyRows.InsertAsync(
            tx,
            "signal_part",
            ["blind", "signal_id"],
            [.. _newSignals.SelectMany(one => one.Draft.Parts.Select(part => (part, one.Signal.Id)))],
            one => [one.part, one.Id]
        );
        await ManyRows.InsertAsync(
            tx,
            "list_entry",
            [
                "list_id",
                "id",
                "signal_id",
                "source_ref",
                "category",
                "state",
                "state_at",
                "state_by",
                "added_at",
                "added_by",
                "import_id",
                "generation",
            ],
            _newEntries,
            entry =>
                [
                    _listId,
                    entry.Id,
                    entry.SignalId,
                    entry.SourceRef,
                    entry.Category,
                    EntryState.Active,
                    tx.Now,
                    tx.Actor.Name,
                    tx.Now,
                    tx.Actor.Name,
                    importId ?? Guid.Empty,
                    generation,
                ]
        );
        await ChangeAsync(tx, generation);
        await SayQualitiesAsync(tx, generation);
        var restored = Outcomes.Count(one => one.Outcome == EntryOutcome.Restored);
        await EntryCounts.AddAsync(tx, _listId, active: _newEntries.Count + restored, removed: -restored);
    }

    private async Task LoadAsync(Tx tx)
    {
        foreach (var kind in _drafts.GroupBy(draft => draft.Kind))
        {
            var rows = await ManyRows.SelectWantedAsync<SignalRow>(
                tx,
                """
                select s.id, s.blind, s.has_quality from wanted cross join signal s
                where s.tenant = @tenant and s.kind = @kind and s.blind = wanted.value
                """,
                kind.Select(draft => draft.Blind).DistinctBy(Convert.ToBase64String),
                ("kind", kind.Key.ToString())
            );
            rows.ForEach(row => _signals[Convert.ToBase64String(row.Blind)] = row);
        }
        var entries = await ManyRows.SelectWantedAsync<EntryRow>(
            tx,
            """
            select e.id, e.signal_id, e.source_ref, e.category, e.state from wanted cross join list_entry e
            where e.tenant = @tenant and e.list_id = @listId and e.signal_id = wanted.value
            """,
            _signals.Values.Select(signal => (object)signal.Id),
            ("listId", _listId)
        );
        entries.ForEach(entry => EntriesOf(entry.SignalId).Add(entry));
    }

    private (EntryOutcome, Guid) Take(Tx tx, EntryDraft draft, bool restores)
    {
        var key = Convert.ToBase64String(draft.Blind);
        if (!_signals.TryGetValue(key, out var signal))
        {
            signal = new SignalRow { Id = tx.NewId(), HasQuality = draft.Value.PdqQuality is not null };
            _signals.Add(key, signal);
            _newSignals.Add((signal, draft));
        }
        var saysQuality = !signal.HasQuality && draft.Value.PdqQuality is not null;
        if (saysQuality)
        {
            signal.HasQuality = true;
            _qualities.Add((signal, draft.Value));
        }
        var known = EntriesOf(signal.Id);
        var same = SameOf(known, draft);
        if (same is null && known.Count > 0 && known.TrueForAll(entry => entry.IsRemoved))
        {
            // The signal was withdrawn: under another reference it would be back all the same.
            same = known[0];
        }
        if (same is { IsRemoved: true })
        {
            return restores ? Restore(same, draft) : (EntryOutcome.Tombstoned, same.Id);
        }
        if (same is not null)
        {
            return (
                Update(same, draft) || saysQuality ? EntryOutcome.Updated : EntryOutcome.AlreadyThere,
                same.Id
            );
        }
        var entry = new EntryRow
        {
            Id = tx.NewId(),
            SignalId = signal.Id,
            SourceRef = draft.SourceRef,
            Category = draft.Category,
            State = EntryState.Active,
            IsNew = true,
        };
        known.Add(entry);
        _newEntries.Add(entry);
        return (EntryOutcome.Added, entry.Id);
    }

    /// <summary>The same reference; failing that, one of the two has none.</summary>
    private static EntryRow? SameOf(List<EntryRow> known, EntryDraft draft) =>
        known.Find(entry => entry.SourceRef == draft.SourceRef)
        ?? (
            draft.SourceRef.Length == 0
                ? known.Find(entry => !entry.IsRemoved) ?? known.FirstOrDefault()
                : known.Find(entry => entry.SourceRef.Length == 0)
        );

    private (EntryOutcome, Guid) Restore(EntryRow entry, EntryDraft draft)
    {
        entry.State = EntryState.Active;
        _ = Update(entry, draft);
        _changed.Add(entry);
        return (EntryOutcome.Restored, entry.Id);
    }

    private bool Update(EntryRow entry, EntryDraft draft)
    {
        var takesRef = entry.SourceRef.Length == 0 && draft.SourceRef.Length > 0;
        var takesCategory = draft.Category.Length > 0 && draft.Category != entry.Category;
        if (!takesRef && !takesCategory)
        {
            return false;
        }
        entry.SourceRef = takesRef ? draft.SourceRef : entry.SourceRef;
        entry.Category = takesCategory ? draft.Category : entry.Category;
        if (!entry.IsNew)
        {
            _changed.Add(entry);
        }
        return true;
    }

    private async Task ChangeAsync(Tx tx, long generation)
    {
        await tx.ExecuteManyAsync(
            """
            update list_entry set source_ref = @sourceRef, category = @category, generation = @generation,
                reason = case when state = @state then reason else null end,
                state_at = case when state = @state then state_at else @at end,
                state_by = case when state = @state then state_by else @by end,
                state = @state
            where tenant = @tenant and list_id = @listId and id = @id
            """,
            _changed,
            (row, entry) =>
            {
                row.Set("listId", _listId);
                row.Set("id", entry.Id);
                row.Set("sourceRef", entry.SourceRef);
                row.Set("category", entry.Category);
                row.Set("state", entry.State);
                row.Set("at", tx.Now);
                row.Set("by", tx.Actor.Name);
                row.Set("generation", generation);
            }
        );
    }

    /// <summary>A later source says the quality that an earlier one left out: for all lists that have it.</summary>
    private async Task SayQualitiesAsync(Tx tx, long generation)
    {
        foreach (var (signal, value) in _qualities)
        {
            await tx.ExecuteAsync(
                """
                update signal set sealed = @bytes, has_quality = @yes
                where tenant = @tenant and id = @id
                """,
                new
                {
                    id = signal.Id,
                    bytes = ListSecrets.Seal(tx.Secrets, signal.Id, value),
                    yes = true,
                }
            );
            await tx.ExecuteAsync(
                "update list_entry set generation = @generation where tenant = @tenant and signal_id = @id",
                new { id = signal.Id, generation }
            );
        }
    }

    private List<EntryRow> EntriesOf(Guid signalId)
    {
        if (!_entries.TryGetValue(signalId, out var known))
        {
            _entries.Add(signalId, known = []);
        }
        return known;
    }

    private sealed class SignalRow
    {
        public Guid Id { get; init; }
        public byte[] Blind { get; init; } = [];
        public bool HasQuality { get; set; }
    }

    private sealed class EntryRow
    {
        public Guid Id { get; init; }
        public Guid SignalId { get; init; }
        public string SourceRef { get; set; } = "";
        public string Category { get; set; } = "";
        public EntryState State { get; set; }
        public bool IsNew { get; init; }
        public bool IsRemoved => State == EntryState.Removed;
    }
}
