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

    /// <summary>
    /// A look of yours that goes on with the same words within its time, where such words have one: no reason is asked
    /// for again, and no other look counted.
    /// </summary>
    public Guid? View { get; init; }

    /// <exception cref="ProblemException">No JSON of this kind.</exception>
    public static async Task<WordsRequest> ReadAsync(HttpContext context) =>
        JsonBody.Parse<WordsRequest>(await JsonBody.ReadBytesAsync(context));

    public static WordsRequest Of(IFormCollection form) =>
        new()
        {
            Reason = form["reason"],
            Text = form["text"],
            Person = form["person"].ToString() is { Length: > 0 } person ? person : null,
            View = Guid.TryParse(form["view"], out var view) ? view : null,
        };
}

/// <param name="Case">To which they belong.</param>
/// <param name="Characters">How many there are to read now.</param>
internal sealed record WordsOf<T>(string Case, int Characters, T Words)
{
    /// <summary>How long one look covers all of them; null: each reading is a look.</summary>
    public TimeSpan? Time { get; init; }

    /// <inheritdoc cref="WordsLookWanted.Subject"/>
    public Guid? Subject { get; init; }

    /// <summary>When they came here.</summary>
    public DateTimeOffset Since { get; init; }
}

internal static class WordsOf
{
    public static WordsOf<T> Of<T>(string caseRef, int characters, T words) =>
        new(caseRef, characters, words);
}

/// <param name="ViewId">The look's record, which the ledger names; null: nobody keeps such records here.</param>
/// <param name="Allowance">How long they may stay uncovered.</param>
internal sealed record WordsRead<T>(T Words, Guid? ViewId, TimeSpan Allowance)
{
    /// <inheritdoc cref="WordsLook.Uncovering"/>
    public int Uncovering { get; init; } = 1;
}

/// <summary>
/// One look at words of people: limits and record, signed act, words, in this order. What fails on the way shows
/// nothing; the record says what may have been read, never less.
/// </summary>
internal static class WordsLooks
{
    public const string Action = "words.read";

    private const string WentOn = "words.read_on";

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
        var reason = asked.View is null
            ? RevealReasons.Read(asked.Reason, asked.Text)
            : "The same look goes on.";
        var viewer = NamedPerson.Of(context.Actor(), asked.Person, "read", ("reads", "is"));
        var look = new Look(about, reason, viewer.Name, asked.Person) { GoesOn = asked.View };
        return LookAsync(context, permission, look, read);
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
            return new WordsRead<T>(words, answer?.ViewId, answer?.Allowance ?? TimeSpan.Zero)
            {
                Uncovering = answer?.Uncovering ?? 1,
            };
        }
        catch when (answer is not null && look.GoesOn is null)
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
        if (look.GoesOn is null)
        {
            await NamesNobody.RequireAsync(tx, words.Case, RevealReasons.WordsOf(look.Reason));
        }
        else if (words.Time is null || !tx.IsAnswered<WordsLookWanted>())
        {
            throw ProblemException.Conflict(
                "look_over",
                "No look at these words goes on: ask anew, with a reason."
            );
        }
        return tx.IsAnswered<WordsLookWanted>()
            ? await tx.AskAsync<WordsLookWanted, WordsLook>(
                new WordsLookWanted(
                    new CaseRef(words.Case),
                    look.Viewer,
                    context.FindPerson()?.SessionId,
                    look.About,
                    words.Characters
                )
                {
                    Subject = words.Subject,
                    GoesOn = look.GoesOn is { } view
                        ? new WordsGoingOn(view, words.Time!.Value, words.Since)
                        : null,
                }
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
        if (answer is not null && look.GoesOn is null)
        {
            await tx.RaiseAsync(new WordsAnswered(answer.ViewId, IsShown: true));
        }
        var facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["about"] = look.About };
        if (look.Person is not null)
        {
            facts["person"] = look.Person;
        }
        await tx.RecordAsync(
            new LedgerAct(look.GoesOn is null ? Action : WentOn, words.Case)
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

    private sealed record Look(string About, string Reason, string Viewer, string? Person)
    {
        public Guid? GoesOn { get; init; }
    }
}
