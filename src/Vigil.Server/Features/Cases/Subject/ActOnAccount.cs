using System.Text.Json;
using Vigil.Server.Features.Cases.Playbooks;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <summary>POST /v1/cases/{ref}/account-actions.</summary>
internal sealed record ActionRequest
{
    /// <summary>content_removed, content_hidden, account_restricted or account_suspended.</summary>
    public string? Kind { get; init; }

    /// <summary>Stands in the ledger: no account, no content.</summary>
    public string? Reason { get; init; }

    /// <summary>The account may be a child's: its playbook was read, and this is right all the same.</summary>
    public bool PlaybookRead { get; init; }
    public long? Lease { get; init; }

    /// <summary>From a program: who decided, by your own system's pseudonym.</summary>
    public string? Person { get; init; }
}

/// <summary>POST /v1/account-actions/{id}/reverse and /tell.</summary>
internal sealed record ActionReasonRequest
{
    public string? Reason { get; init; }

    /// <summary>For a notice: not before this; for who asks for a delay.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>For a reversal by a program: who decided, by your own system's pseudonym.</summary>
    public string? Person { get; init; }
}

/// <summary>
/// A person acts on an account, apart from any report: recorded, told to the platform when the confirmation that it
/// rests on has left, and possible to take back.
/// Nothing here acts by itself.
/// </summary>
internal static class ActOnAccount
{
    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(365);

    public static async Task<ActionView> RunAsync(Tx tx, string reference, ActionRequest request)
    {
        var by = DecidingPerson.Of(tx, request.Person);
        var file = await CaseActs.RequireAsync(tx, reference, request.Lease);
        var items = await CaseItem.OfAsync(tx, file.Id);
        var kind = Words.Parse<ActionKind>(request.Kind, "kind");
        var reason = CaseActs.ReasonFor(tx, file, items, request.Reason);
        Check(file, kind, items, request.PlaybookRead);
        var rule = UserNotices.RuleOf(file.Jurisdiction);
        var id = tx.NewId();
        var waits = await TellPlatform.WaitsAsync(tx, file, items);
        await InsertAsync(tx, by, id, file, kind, reason, rule, waits);
        await CaseTimeline.AddAsync(tx, file.Id, "account_action", $"{Words.NameOf(kind)}. {reason}", by);
        await tx.RecordAsync(
            by.In(CaseActs.Ledger("account.acted", file, reason, ("kind", Words.NameOf(kind))))
        );
        if (!waits)
        {
            await TellPlatform.DoneAsync(tx, file, await AccountAction.RequireAsync(tx, id));
        }
        return await AccountAction.ViewAsync(tx, id);
    }

    /// <summary>POST /v1/account-actions/{id}/reverse.</summary>
    public static async Task<ActionView> ReverseAsync(Tx tx, DecidingPerson by, Guid id, string? reason)
    {
        var action = await AccountAction.RequireAsync(tx, id);
        var file = (await CaseFile.FindAsync(tx, action.CaseId))!;
        var text = CaseActs.ReasonFor(tx, file, await CaseItem.OfAsync(tx, file.Id), reason);
        await ReverseAsync(tx, action, text, by);
        return await AccountAction.ViewAsync(tx, id);
    }

    /// <param name="tx">Of what takes it back.</param>
    /// <param name="action">Nothing changes where it was taken back before.</param>
    /// <param name="reason">Fit for the ledger.</param>
    /// <param name="by">Whose judgement it is; null: the actor's.</param>
    public static async Task ReverseAsync(
        Tx tx,
        AccountAction action,
        string reason,
        DecidingPerson? by = null
    )
    {
        var file = (await CaseFile.FindAsync(tx, action.CaseId))!;
        var act = CaseActs.Ledger(
            "account.action_reversed",
            file,
            reason,
            ("kind", Words.NameOf(action.Kind)),
            ("by", by?.Name ?? tx.Actor.Name)
        );
        await tx.RecordAsync(by?.In(act) ?? act);
        if (!action.IsActive)
        {
            return;
        }
        await tx.ExecuteAsync(
            """
            update account_action set state = 'Reversed', reversed_by = @me, reversed_at = @at, reversed_because
                = @reason
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = action.Id,
                me = by?.Name ?? tx.Actor.Name,
                at = tx.Now,
                reason,
            }
        );
        await CaseTimeline.AddAsync(
            tx,
            file.Id,
            "account_action_reversed",
            $"{Words.NameOf(action.Kind)}. {reason}",
            by
        );
        await TellPlatform.ReversedAsync(tx, file, action);
    }

    private static void Check(
        CaseFile file,
        ActionKind kind,
        IReadOnlyList<CaseItem> items,
        bool isPlaybookRead
    )
    {
        if (file.GoldFor is not null)
        {
            throw ProblemException.Conflict(
                "nothing_confirmed",
                "Decide first: no item of this case is confirmed."
            );
        }
        if (items.All(item => item.State != ItemState.Confirmed))
        {
            throw ProblemException.Conflict(
                "nothing_confirmed",
                "Decide first: no item of this case is confirmed, and no account is acted on by suspicion alone."
            );
        }
        var type = file.ProblemType ?? ProblemType.Other;
        var mayBeAChild = KnownPlaybooks.Of(type).SubjectMayBeAChild || file.NamesNoSuspect;
        if (
            mayBeAChild
            && kind is ActionKind.AccountSuspended or ActionKind.AccountRestricted
            && !isPlaybookRead
        )
        {
            throw ProblemException.Conflict(
                "subject_may_be_a_child",
                "The account may be a child's, and closing it can cut off help. Read the playbook of this type; "
                    + "if it is right "
                    + "all the same, send 'playbookRead': true."
            );
        }
    }

    private static Task<int> InsertAsync(
        Tx tx,
        DecidingPerson by,
        Guid id,
        CaseFile file,
        ActionKind kind,
        string reason,
        TellRule rule,
        bool waits
    ) =>
        tx.ExecuteAsync(
            """
            insert into account_action (tenant, id, case_id, kind, state, acted_by, acted_at, reason, statement, tell,
                tell_source, tell_at, waits)
            values (@tenant, @id, @caseId, @kind, 'Active', @me, @at, @reason, @statement, @tell, @source, @tellAt,
                @waits)
            """,
            new
            {
                id,
                caseId = file.Id,
                kind = kind.ToString(),
                me = by.Name,
                at = tx.Now,
                reason,
                statement = Sealed.Seal(tx, JsonSerializer.Serialize(UserNotices.StatementOf(kind)), id),
                tell = rule.Word.ToString(),
                source = rule.Source,
                waits,
                tellAt = rule.Word switch
                {
                    Tell.Allowed => tx.Now,
                    Tell.Delayed => tx.Now + TimeSpan.FromDays(rule.DelayDays),
                    _ => (DateTimeOffset?)null,
                },
            }
        );

    /// <exception cref="ProblemException">Not a time within a year.</exception>
    public static DateTimeOffset DelayOf(Tx tx, DateTimeOffset? wanted) =>
        wanted is { } until && until > tx.Now && until <= tx.Now + LongestDelay
            ? until
            : throw ProblemException.BadRequest(
                "bad_not_before",
                "'notBefore' is a time within the next year: choose a day from tomorrow on."
            );
}
