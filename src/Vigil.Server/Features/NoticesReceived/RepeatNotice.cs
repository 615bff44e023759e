using System.Globalization;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <summary>
/// The same sender's same reference again: counted. What it names beyond the first is located as in a new notice, put
/// into the cases that hold it, and begins the steps anew. Who only told before and now asks for removal, or wants an
/// answer sooner, is heard also where nothing new is named.
/// </summary>
internal static class RepeatNotice
{
    public static async Task<NoticeTaken> RunAsync(
        Tx tx,
        ReceivedNotice known,
        NoticeDetails again,
        NoticeRequest wanted
    )
    {
        var before = known.DetailsOf(tx);
        var news = NewsOf(before, again);
        var added = news.Contents.Count + news.Hashes.Count + news.MoreAccounts.Count;
        var merged = MergedOf(before, again, news);
        var removes = NoticeInput.WantsRemoval(wanted.Action) || known.WantsRemoval;
        var asked = NoticeInput.DeadlineOf(wanted, tx.Now);
        await AskAsync(tx, known, removes, asked);
        if (added == 0)
        {
            var isMore = removes != known.WantsRemoval;
            await UpdateAsync(tx, known, merged, known.IsFound, known.History, isMore);
            await tx.RecordAsync(
                TakeNotice.ActOf(known, isMore ? "notice.extended" : "notice.repeated", before, known.Located)
            );
            return TakenOf(known, known.CaseRef, known.Located, added, known.History);
        }
        var deadline = asked ?? known.DeadlineAhead(tx.Now);
        var (found, history) = await LocateNotice.RunAsync(
            tx,
            news,
            NoticeInput.CaseOf(wanted, news, known.Category, tx.Now, deadline) with
            {
                // Another account has a case of its own.
                Before = news.MoreAccounts.Count > 0 ? null : new CaseRef(known.CaseRef),
            }
        );
        // What was being looked for still is: all its fingerprints are looked for at once.
        history =
            history == NoticeHistory.None || known.History == NoticeHistory.Waiting ? known.History : history;
        var located = ReceivedNotice.LocatedOf(found.IsFound);
        await NoticePlaces.AddAsync(tx, known.Id, found.Places);
        await UpdateAsync(
            tx,
            known,
            merged.With(found.Located, found.IsWhole),
            known.IsFound || found.IsFound,
            history,
            isMore: true
        );
        await NoticeSteps.BeginAsync(tx, known.Id, tx.Now, deadline, NoticeSteps.Of(removes));
        if (history != NoticeHistory.Waiting)
        {
            await NoticeSteps.DoneAsync(tx, known.Id, NoticeStep.Locate, located);
        }
        var act = TakeNotice.ActOf(known, "notice.extended", before, located);
        await tx.RecordAsync(
            act with
            {
                Facts = new Dictionary<string, string>(act.Facts, StringComparer.Ordinal)
                {
                    ["case"] = found.Places[0].Case.Value,
                    ["added"] = added.ToString(CultureInfo.InvariantCulture),
                },
            }
        );
        return TakenOf(known, found.Places[0].Case.Value, located, added, history);
    }

    /// <summary>What is asked beyond the first: a removal and its answer are begun, what waits is due sooner.</summary>
    private static async Task AskAsync(Tx tx, ReceivedNotice known, bool removes, DateTimeOffset? asked)
    {
        var isSooner = asked is not null && !(known.Deadline <= asked);
        if (removes == known.WantsRemoval && !isSooner)
        {
            return;
        }
        await tx.ExecuteAsync(
            """
            update notice_received set wants_removal = @removes, deadline = @deadline
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = known.Id,
                removes,
                deadline = isSooner ? asked : known.Deadline,
            }
        );
        if (removes != known.WantsRemoval)
        {
            await NoticeSteps.BeginAsync(
                tx,
                known.Id,
                tx.Now,
                asked ?? known.DeadlineAhead(tx.Now),
                [NoticeStep.Remove, NoticeStep.Reply]
            );
        }
        if (isSooner)
        {
            await NoticeSteps.HastenAsync(tx, known.Id, asked!.Value);
        }
    }

    /// <summary>What was not named before; the account: the new one, or the one the contents are of.</summary>
    private static NoticeDetails NewsOf(NoticeDetails before, NoticeDetails again)
    {
        var isNewAccount =
            again.Account is { } account
            && account != before.Account
            && !before.MoreAccounts.Contains(account, StringComparer.Ordinal);
        return again with
        {
            Account = again.Account ?? before.Account,
            MoreAccounts = isNewAccount ? [again.Account!] : [],
            Contents = [.. again.Contents.Except(before.Contents, StringComparer.Ordinal)],
            Hashes = [.. again.Hashes.Except(before.Hashes)],
        };
    }

    private static NoticeDetails MergedOf(NoticeDetails before, NoticeDetails again, NoticeDetails news)
    {
        var merged = before with
        {
            Account = before.Account ?? again.Account,
            MoreAccounts = before.Account is null ? [] : [.. before.MoreAccounts, .. news.MoreAccounts],
            Contents = [.. before.Contents, .. news.Contents],
            Hashes = [.. before.Hashes, .. news.Hashes],
            Text = before.Text ?? again.Text,
        };
        return
            merged.Contents.Count > NoticeLimits.Contents
            || merged.Hashes.Count > NoticeLimits.Hashes
            || merged.MoreAccounts.Count > NoticeLimits.Accounts
            ? throw ProblemException.Conflict(
                "notice_full",
                "With these the notice names more than one may: send the rest under another reference."
            )
            : merged;
    }

    private static NoticeTaken TakenOf(
        ReceivedNotice known,
        string caseRef,
        string located,
        int added,
        NoticeHistory history
    ) => new(known.Id, caseRef, located, IsRepeat: true, added, Words.Of(history), known.ReceivedAt);

    private static Task<int> UpdateAsync(
        Tx tx,
        ReceivedNotice known,
        NoticeDetails details,
        bool isFound,
        NoticeHistory history,
        bool isMore
    ) =>
        tx.ExecuteAsync(
            """
            update notice_received set repeats = repeats + 1, details = @details, is_found = @isFound,
                history = @history, state = case when @isMore then 'Open' else state end
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = known.Id,
                isFound,
                isMore,
                history = history.ToString(),
                details = ReceivedNotice.Seal(tx, details, known.Id),
            }
        );
}
