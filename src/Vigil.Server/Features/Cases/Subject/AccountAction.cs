using System.Text.Json;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <summary>An action as it stands.</summary>
internal sealed class AccountAction
{
    public const string Columns = """
        a.id, a.case_id, f.ref, a.kind, a.state, a.acted_by, a.acted_at, a.reason, a.statement, a.reversed_by,
        a.reversed_at, a.reversed_because, a.tell, a.tell_source, a.tell_at, a.told_at, a.waits
        """;

    public Guid Id { get; init; }
    public Guid CaseId { get; init; }
    public string Ref { get; init; } = "";
    public ActionKind Kind { get; init; }
    public string State { get; init; } = "";
    public string ActedBy { get; init; } = "";
    public DateTimeOffset ActedAt { get; init; }
    public string Reason { get; init; } = "";

    /// <summary>Sealed.</summary>
    public byte[] Statement { get; init; } = [];
    public string? ReversedBy { get; init; }
    public DateTimeOffset? ReversedAt { get; init; }
    public string? ReversedBecause { get; init; }
    public Tell Tell { get; init; }
    public string TellSource { get; init; } = "";

    /// <summary>Not before; null: never.</summary>
    public DateTimeOffset? TellAt { get; init; }
    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>The confirmation that it rests on has not left: nobody outside knows of the action.</summary>
    public bool Waits { get; init; }

    public bool IsActive => State == "Active";

    public Statement StatementOf(Tx tx) =>
        JsonSerializer.Deserialize<Statement>(Sealed.Open(tx, Statement, Id)!)!;

    /// <param name="tx">The reader's.</param>
    /// <param name="mayTell">Cases whose users may be told now.</param>
    public ActionView ToView(Tx tx, IReadOnlySet<string> mayTell) =>
        new(
            Id,
            Ref,
            Words.NameOf(Kind),
            IsActive ? "active" : "reversed",
            ActedBy,
            ActedAt,
            Reason,
            ReversedBy,
            ReversedAt,
            ReversedBecause,
            Words.NameOf(Tell),
            TellSource,
            TellAt,
            ToldAt,
            StatementOf(tx),
            ToldAt is null && Tell != Tell.Forbidden && !mayTell.Contains(Ref)
        )
        {
            Waits = IsActive && Waits,
        };

    /// <exception cref="ProblemException">None of this id.</exception>
    public static async Task<ActionView> ViewAsync(Tx tx, Guid id)
    {
        var action = await RequireAsync(tx, id);
        return action.ToView(tx, await TellUser.MayAsync(tx, [action.Ref]));
    }

    /// <exception cref="ProblemException">None of this id.</exception>
    public static async Task<AccountAction> RequireAsync(Tx tx, Guid id)
    {
        var action = await tx.FindAsync<AccountAction>(
            $"""
            select {Columns} from account_action a join case_file f on f.tenant = a.tenant and f.id = a.case_id
            where a.tenant = @tenant and a.id = @id
            """,
            new { id }
        );
        return action is not null && await tx.MaySeeCaseAsync(action.Ref)
            ? action
            : throw ProblemException.NotFound("There is no such action.");
    }

    public static Task<IReadOnlyList<AccountAction>> OfCaseAsync(Tx tx, Guid caseId) =>
        tx.QueryAsync<AccountAction>(
            $"""
            select {Columns} from account_action a join case_file f on f.tenant = a.tenant and f.id = a.case_id
            where a.tenant = @tenant and a.case_id = @caseId order by a.acted_at, a.id limit 100
            """,
            new { caseId }
        );

    public static Task<IReadOnlyList<AccountAction>> ActiveOfAsync(Tx tx, Guid caseId) =>
        tx.QueryAsync<AccountAction>(
            $"""
            select {Columns} from account_action a join case_file f on f.tenant = a.tenant and f.id = a.case_id
            where a.tenant = @tenant and a.case_id = @caseId and a.state = 'Active'
            order by a.acted_at, a.id limit 1000
            """,
            new { caseId }
        );
}

/// <param name="Tell">allowed, delayed or forbidden.</param>
/// <param name="TellAt">Not before; null: never.</param>
/// <param name="Nondisclosure">The user was not told, and an authority's order stands against it now.</param>
public sealed record ActionView(
    Guid Id,
    string CaseRef,
    string Kind,
    string State,
    string ActedBy,
    DateTimeOffset ActedAt,
    string Reason,
    string? ReversedBy,
    DateTimeOffset? ReversedAt,
    string? ReversedBecause,
    string Tell,
    string TellSource,
    DateTimeOffset? TellAt,
    DateTimeOffset? ToldAt,
    Statement Statement,
    bool Nondisclosure
)
{
    /// <summary>The platform is told with the confirmation, when that can no longer be undone.</summary>
    public bool Waits { get; init; }
}

public sealed record ActionsAnswer(IReadOnlyList<ActionView> Actions)
{
    /// <summary>Why what was done is kept from this reader; null: it is not.</summary>
    public string? Hidden { get; init; }
}
