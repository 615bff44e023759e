using Microsoft.AspNetCore.Http;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Policies;

internal enum PolicyState
{
    Draft,
    Active,

    /// <summary>Was active; readable for ever, because decisions name it.</summary>
    Retired,

    /// <summary>A draft that nobody wanted.</summary>
    Discarded,
}

/// <summary>One policy as it is kept.</summary>
internal sealed record StoredPolicy
{
    public required Guid Id { get; init; }
    public required PolicyState State { get; init; }

    /// <summary>Null: never activated.</summary>
    public long? Version { get; init; }
    public required string Title { get; init; }
    public required PolicyDocument Document { get; init; }

    /// <summary>Counts the changes of a draft.</summary>
    public long Revision { get; init; }
    public DateTimeOffset ChangedAt { get; init; }
    public string ChangedBy { get; init; } = "";
    public DateTimeOffset? ActivatedAt { get; init; }
    public string? ActivatedBy { get; init; }
}

/// <summary>Policies in the database.</summary>
internal static class PolicyTable
{
    public const int MaxDrafts = 50;
    private const int MaxListed = 500;
    private const string Columns =
        "id, version, state, title, document, revision, changed_at, changed_by, activated_at, activated_by";

    /// <summary>Of the default, which has no row.</summary>
    public static readonly Guid DefaultId = new("00000000-0000-0000-0000-000000000001");

    /// <summary>What is in force.</summary>
    public static async Task<ActivePolicy> ActiveAsync(Tx tx)
    {
        var row = await tx.FindAsync<Row>(
            $"select {Columns} from policy where tenant = @tenant and state = 'Active'"
        );
        return row is null
            ? ActivePolicy.Default
            : new ActivePolicy(row.Version ?? 1, PolicyText.Read(row.Document));
    }

    /// <summary>Drafts first, then the versions, the newest first; the default is the last.</summary>
    public static async Task<IReadOnlyList<StoredPolicy>> ListAsync(Tx tx)
    {
        var rows = await tx.QueryAsync<Row>(
            $"""
            select {Columns} from policy where tenant = @tenant and state <> 'Discarded'
            order by case when version is null then 0 else 1 end, version desc, changed_at desc limit @most
            """,
            new { most = MaxListed }
        );
        var isDefaultActive = !rows.Any(row => row.State == nameof(PolicyState.Active));
        return [.. rows.Select(row => row.ToPolicy()), Default(isDefaultActive)];
    }

    /// <summary>To look at.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public static Task<StoredPolicy> FindAsync(Tx tx, Guid id) => GetAsync(tx, id, "");

    private static async Task<StoredPolicy> GetAsync(Tx tx, Guid id, string lockRow)
    {
        if (id == DefaultId)
        {
            var active = await ActiveAsync(tx);
            return Default(active.Version == 1);
        }
        var row = await tx.FindAsync<Row>(
            $"select {Columns} from policy where tenant = @tenant and id = @id{lockRow}",
            new { id }
        );
        return row?.ToPolicy() ?? throw ProblemException.NotFound("There is no such policy.");
    }

    /// <summary>A new draft, or a change of one. Records itself.</summary>
    public static async Task<StoredPolicy> SaveDraftAsync(
        Tx tx,
        Guid? id,
        string title,
        PolicyDocument document
    )
    {
        var draft = id is { } known ? await DraftAsync(tx, known) : null;
        if (draft is null)
        {
            await RefuseTooManyAsync(tx);
        }
        var values = new
        {
            id = draft?.Id ?? tx.NewId(),
            title,
            document = PolicyText.Write(document),
            at = tx.Now,
            by = tx.Actor.Name,
        };
        await tx.ExecuteAsync(
            """
            insert into policy
                (tenant, id, state, title, document, revision, created_at, created_by, changed_at, changed_by)
            values (@tenant, @id, 'Draft', @title, @document, 1, @at, @by, @at, @by)
            on conflict (tenant, id) do update set title = excluded.title, document = excluded.document,
                revision = policy.revision + 1, changed_at = excluded.changed_at, changed_by = excluded.changed_by
            """,
            values
        );
        var deed = draft is null ? "policy.drafted" : "policy.draft_changed";
        await tx.RecordAsync(
            new LedgerAct(deed, values.id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["document"] = DigestOf(values.document),
                },
            }
        );
        return await FindAsync(tx, values.id);
    }

    /// <summary>Takes the next version; the one before is retired. Records itself.</summary>
    /// <param name="revision">What was looked at; null: whatever it is now.</param>
    public static async Task<StoredPolicy> ActivateAsync(Tx tx, Guid id, long? revision)
    {
        var draft = await DraftAsync(tx, id);
        if (revision is not null && revision != draft.Revision)
        {
            throw ProblemException.Conflict(
                "policy_changed",
                "Somebody changed this draft since you looked at it: preview it again."
            );
        }
        await tx.ExecuteAsync(
            "update policy set state = 'Retired' where tenant = @tenant and state = 'Active'"
        );
        await tx.ExecuteAsync(
            """
            update policy set state = 'Active', activated_at = @at, activated_by = @by,
                version = (select coalesce(max(version), 1) + 1 from policy where tenant = @tenant)
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                at = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await DecidingClock.TickAsync(tx);
        var active = await FindAsync(tx, id);
        await tx.RecordAsync(
            new LedgerAct("policy.activated", id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["version"] = $"{active.Version}",
                    ["document"] = DigestOf(PolicyText.Write(active.Document)),
                },
            }
        );
        return active;
    }

    /// <summary>Records itself.</summary>
    public static async Task<StoredPolicy> DiscardAsync(Tx tx, Guid id)
    {
        var draft = await DraftAsync(tx, id);
        await tx.ExecuteAsync(
            """
            update policy set state = 'Discarded', changed_at = @at, changed_by = @by
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                at = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await tx.RecordAsync(new LedgerAct("policy.discarded", id.ToString()));
        return draft with { State = PolicyState.Discarded };
    }

    /// <exception cref="ProblemException">It is none any more.</exception>
    private static async Task<StoredPolicy> DraftAsync(Tx tx, Guid id)
    {
        var policy = await GetAsync(tx, id, tx.ForUpdate);
        return policy.State == PolicyState.Draft
            ? policy
            : throw ProblemException.Conflict(
                "policy_not_a_draft",
                "Only a draft is changed or activated: make a new one out of this policy's rules."
            );
    }

    private static StoredPolicy Default(bool isActive) =>
        new()
        {
            Id = DefaultId,
            Version = 1,
            State = isActive ? PolicyState.Active : PolicyState.Retired,
            Title = "Default policy",
            Document = PolicyDocument.Default,
            ChangedBy = "vigil",
        };

    private static async Task RefuseTooManyAsync(Tx tx)
    {
        var drafts = await tx.FindAsync<long>(
            "select count(*) from policy where tenant = @tenant and state = 'Draft'"
        );
        if (drafts >= MaxDrafts)
        {
            throw new ProblemException(
                StatusCodes.Status409Conflict,
                "too_many_drafts",
                $"There are {MaxDrafts} drafts: discard one first."
            );
        }
    }

    private static string DigestOf(string document) =>
        Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(document))
        );

    private sealed class Row
    {
        public Guid Id { get; init; }
        public long? Version { get; init; }
        public string State { get; init; } = "";
        public string Title { get; init; } = "";
        public string Document { get; init; } = "";
        public long Revision { get; init; }
        public DateTimeOffset ChangedAt { get; init; }
        public string ChangedBy { get; init; } = "";
        public DateTimeOffset? ActivatedAt { get; init; }
        public string? ActivatedBy { get; init; }

        public StoredPolicy ToPolicy() =>
            new()
            {
                Id = Id,
                Version = Version,
                State = Enum.Parse<PolicyState>(State),
                Title = Title,
                Document = PolicyText.Read(Document),
                Revision = Revision,
                ChangedAt = ChangedAt,
                ChangedBy = ChangedBy,
                ActivatedAt = ActivatedAt,
                ActivatedBy = ActivatedBy,
            };
    }
}

/// <summary>Counts the changes of policy and exceptions, so that scans follow them as they follow the lists.</summary>
internal static class DecidingClock
{
    /// <summary>The next generation, for the rows of this transaction.</summary>
    public static Task<long> TickAsync(Tx tx) =>
        tx.FindAsync<long>(
            """
            insert into deciding_clock (tenant, generation) values (@tenant, 1)
            on conflict (tenant) do update set generation = deciding_clock.generation + 1
            returning generation
            """
        );
}
