using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Http;

/// <summary>What who wants to read words of people says first: of a form, or of an operation.</summary>
internal sealed record WordsRequest
{
    /// <summary>A word of the closed list, as "decide".</summary>
    public string? Reason { get; init; }

    /// <summary>In the reader's words; stands in the ledger, names nobody.</summary>
    public string? Text { get; init; }

    /// <summary>From a program: who reads, by your own system's pseudonym.</summary>
    public string? Person { get; init; }

    /// <exception cref="ProblemException">No JSON of this kind.</exception>
    public static async Task<WordsRequest> ReadAsync(HttpContext context) =>
        JsonBody.Parse<WordsRequest>(await JsonBody.ReadBytesAsync(context));

    public static WordsRequest Of(IFormCollection form) =>
        new()
        {
            Reason = form["reason"],
            Text = form["text"],
            Person = form["person"].ToString() is { Length: > 0 } person ? person : null,
        };
}

/// <param name="Case">To which they belong.</param>
/// <param name="Characters">How many there are.</param>
internal sealed record WordsOf<T>(string Case, int Characters, T Words);

internal static class WordsOf
{
    public static WordsOf<T> Of<T>(string caseRef, int characters, T words) =>
        new(caseRef, characters, words);
}

/// <param name="ViewId">The look's record, which the ledger names; null: nobody keeps such records here.</param>
/// <param name="Allowance">How long they may stay uncovered.</param>
internal sealed record WordsRead<T>(T Words, Guid? ViewId, TimeSpan Allowance);

/// <summary>
/// One look at words of people: limits and record, signed act, words, in this order. What fails on the way shows
/// nothing; the record says what may have been read, never less.
/// </summary>
internal static class WordsLooks
{
    public const string Action = "words.read";

    /// <summary>An operation that answers with words of people.</summary>
    /// <param name="operation">Its request is <see cref="WordsRequest"/>.</param>
    /// <param name="permission">To read what they belong to.</param>
    /// <param name="about">Its name, what it does, its tag.</param>
    public static RouteHandlerBuilder Describe<TAnswer>(
        this RouteHandlerBuilder operation,
        Permission permission,
        (string Name, string Summary, string Tag) about
    ) =>
        operation
            .Require(permission)
            .WithName(about.Name)
            .WithSummary(about.Summary)
            .WithTags(about.Tag)
            .Accepts<WordsRequest>("application/json")
            .Produces<TAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);

    /// <param name="context">The request.</param>
    /// <param name="permission">To read what they belong to.</param>
    /// <param name="about">Whose words, as <see cref="WordsLookWanted.About"/>.</param>
    /// <param name="asked">Why, and by whom.</param>
    /// <param name="read">Finds them, in each of the two transactions.</param>
    /// <exception cref="ProblemException">There are none, they may not be read now, or no reason is given.</exception>
    public static Task<WordsRead<T>> RunAsync<T>(
        HttpContext context,
        Permission permission,
        string about,
        WordsRequest asked,
        Func<Tx, Task<WordsOf<T>>> read
    )
    {
        var reason = RevealReasons.Read(asked.Reason, asked.Text);
        var viewer = NamedPerson.Of(context.Actor(), asked.Person, "read", ("reads", "is"));
        return LookAsync(context, permission, new Look(about, reason, viewer.Name, asked.Person), read);
    }

    /// <summary>
    /// For what shows words beside much else and is asked for as a whole, as a draft: a plain read where it holds none.
    /// </summary>
    /// <param name="reason">Why such a thing is read, as it stands in the ledger.</param>
    /// <exception cref="ProblemException">There is none, or words may not be read now.</exception>
    public static async Task<T> WithinAsync<T>(
        HttpContext context,
        Permission permission,
        string about,
        string reason,
        Func<Tx, Task<WordsOf<T>>> read
    )
    {
        var found = await context
            .RequestServices.GetRequiredService<Db>()
            .ReadAsync(context.Actor(), permission, read, context.RequestAborted);
        if (found.Characters == 0)
        {
            return found.Words;
        }
        var look = new Look(about, reason, context.Actor().Name, null);
        return (await LookAsync(context, permission, look, read)).Words;
    }

    private static async Task<WordsRead<T>> LookAsync<T>(
        HttpContext context,
        Permission permission,
        Look look,
        Func<Tx, Task<WordsOf<T>>> read
    )
    {
        var db = context.RequestServices.GetRequiredService<Db>();
        var actor = context.Actor();
        var (answer, now) = await db.WriteAsync(
            actor,
            permission,
            async tx => (await AskAsync(tx, context, look, await read(tx)), tx.Now),
            context.RequestAborted
        );
        if (answer is { Refusal: { } refusal })
        {
            throw ProblemOf(refusal, now);
        }
        try
        {
            var words = await db.SignedAsync(
                actor,
                permission,
                tx => ShowAsync(tx, look, answer, read),
                context.RequestAborted
            );
            context.Response.Headers.CacheControl = "no-store";
            return new WordsRead<T>(words, answer?.ViewId, answer?.Allowance ?? TimeSpan.Zero);
        }
        catch when (answer is not null)
        {
            await db.WriteAsync(
                actor,
                permission,
                async tx =>
                {
                    await tx.RaiseAsync(new WordsAnswered(answer.ViewId, IsShown: false));
                    return true;
                },
                CancellationToken.None
            );
            throw;
        }
    }

    /// <returns>Null: nobody protects who reads here.</returns>
    private static async Task<WordsLook?> AskAsync<T>(Tx tx, HttpContext context, Look look, WordsOf<T> words)
    {
        if (words.Characters == 0)
        {
            throw ProblemException.Conflict("no_words", "There are no words to read here.");
        }
        await NamesNobody.RequireAsync(tx, words.Case, RevealReasons.WordsOf(look.Reason));
        return tx.IsAnswered<WordsLookWanted>()
            ? await tx.AskAsync<WordsLookWanted, WordsLook>(
                new WordsLookWanted(
                    new CaseRef(words.Case),
                    look.Viewer,
                    context.FindPerson()?.SessionId,
                    look.About,
                    words.Characters
                )
            )
            : null;
    }

    private static async Task<T> ShowAsync<T>(
        Tx tx,
        Look look,
        WordsLook? answer,
        Func<Tx, Task<WordsOf<T>>> read
    )
    {
        var words = await read(tx);
        if (answer is not null)
        {
            await tx.RaiseAsync(new WordsAnswered(answer.ViewId, IsShown: true));
        }
        var facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["about"] = look.About };
        if (look.Person is not null)
        {
            facts["person"] = look.Person;
        }
        await tx.RecordAsync(
            new LedgerAct(Action, words.Case)
            {
                Reason = answer is null ? look.Reason : $"{look.Reason} [view {answer.ViewId}]",
                Facts = facts,
            }
        );
        return words.Words;
    }

    private static ProblemException ProblemOf(WordsRefusal refusal, DateTimeOffset now) =>
        new(
            refusal.Until is null ? StatusCodes.Status409Conflict : StatusCodes.Status429TooManyRequests,
            refusal.Code,
            refusal.Text
        )
        {
            RetryAfter = refusal.Until is { } until && until > now ? until - now : null,
        };

    private sealed record Look(string About, string Reason, string Viewer, string? Person);
}
