using System.Text.Json.Serialization;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Importing;

/// <summary>One import, running or past: who, when, what came of it. The provenance of its entries.</summary>
internal sealed class ImportView
{
    public const string Select = """
        select id, list_id, file_name, instance, state as stored_state, restores as restores_withdrawn,
            bytes_total, bytes_read, rows, added, already_there, updated, tombstoned, rejected, problem, advice,
            started_at, started_by, seen_at, finished_at
        from list_import where tenant = @tenant
        """;

    public Guid Id { get; init; }
    public Guid ListId { get; init; }
    public string FileName { get; init; } = "";

    [JsonIgnore]
    public Guid Instance { get; init; }

    [JsonIgnore]
    public string StoredState { get; init; } = "";

    /// <summary>running, done, failed, cancelled, or interrupted: its process ended; send the file again.</summary>
    public string State { get; set; } = "";
    public bool RestoresWithdrawn { get; init; }
    public long? BytesTotal { get; init; }
    public long BytesRead { get; init; }
    public long Rows { get; init; }
    public long Added { get; init; }
    public long AlreadyThere { get; init; }
    public long Updated { get; init; }

    /// <summary>Rows of entries that were withdrawn here and stay so.</summary>
    public long Tombstoned { get; init; }
    public long Rejected { get; init; }

    /// <summary>Stable code of what went wrong.</summary>
    public string? Problem { get; init; }
    public string? Advice { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public string StartedBy { get; init; } = "";
    public DateTimeOffset SeenAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    public double RowsPerSecond => Rows / Math.Max(0.001, ((FinishedAt ?? SeenAt) - StartedAt).TotalSeconds);

    /// <summary>Guessed from the bytes; null when the size is not known or nothing was read yet.</summary>
    public double? RemainingSeconds =>
        StoredState == "Running" && BytesTotal is { } total && BytesRead > 0
            ? (SeenAt - StartedAt).TotalSeconds / BytesRead * Math.Max(0, total - BytesRead)
            : null;

    public IReadOnlyList<RejectView> Rejects { get; set; } = [];

    /// <summary>Says whether one that calls itself running still has its work.</summary>
    public ImportView Judge(ImportRunner runner, DbEngine engine, DateTimeOffset now)
    {
        var isSilent = now - SeenAt > ListsLimits.SilentAfter;
        var isGone =
            StoredState == "Running"
            && (
                Instance == runner.Instance
                    // Just begun or just ended, it may be looked at between two steps.
                    ? runner.Find(Id) is null && isSilent
                    // On SQLite there is one process; others say every few seconds that they live.
                    : engine == DbEngine.Sqlite || isSilent
            );
        State = isGone ? "interrupted" : StoredState.ToLowerInvariant();
        return this;
    }
}

/// <param name="Code">Stable.</param>
/// <param name="Count">Rows.</param>
/// <param name="FirstRow">Where the first of them stands in the file.</param>
/// <param name="Advice">What to do, of the first.</param>
internal sealed record RejectView(string Code, long Count, long FirstRow, string Advice);
