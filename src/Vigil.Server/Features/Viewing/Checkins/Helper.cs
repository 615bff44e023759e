using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Checkins;

/// <summary>Somebody to talk to: text alone, nothing is called and no link is followed.</summary>
public sealed record Helper
{
    public const int Most = 50;
    public const int TextCharacters = 200;

    public Guid Id { get; init; }

    /// <summary>ISO 3166-1 alpha-2, or empty: everywhere.</summary>
    public string Place { get; init; } = "";

    /// <summary>As "de"; empty: not said.</summary>
    public string Language { get; init; } = "";
    public string Name { get; init; } = "";
    public string Phone { get; init; } = "";
    public string Hours { get; init; } = "";
    public string Link { get; init; } = "";

    public static Task<IReadOnlyList<Helper>> ReadAsync(Tx tx) =>
        tx.QueryAsync<Helper>(
            """
            select id, place, language, name, phone, hours, link from viewing_helper
            where tenant = @tenant order by place, language, name, id limit @most
            """,
            new { most = Most }
        );

    /// <summary>Records itself in the ledger, without what it says.</summary>
    /// <exception cref="ProblemException">A part is missing or too long, or there are as many as may be.</exception>
    public async Task AddAsync(Tx tx)
    {
        if ((await ReadAsync(tx)).Count >= Most)
        {
            throw ProblemException.Conflict(
                "too_many_helpers",
                $"There are {Most} helpers: remove one first."
            );
        }
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into viewing_helper (tenant, id, place, language, name, phone, hours, link)
            values (@tenant, @id, @place, @language, @name, @phone, @hours, @link)
            """,
            new
            {
                id,
                place = Code(Place, "place", "a country as DE").ToUpperInvariant(),
                language = Code(Language, "language", "a language as de").ToLowerInvariant(),
                name = Given.Required(Name, TextCharacters, "name"),
                phone = Given.Optional(Phone, TextCharacters, "phone") ?? "",
                hours = Given.Optional(Hours, TextCharacters, "hours") ?? "",
                link = Given.Optional(Link, TextCharacters, "link") ?? "",
            }
        );
        await tx.RecordAsync(new LedgerAct("wellness.helper_added", id.ToString()));
    }

    /// <summary>Records itself in the ledger.</summary>
    public static async Task<bool> RemoveAsync(Tx tx, Guid id)
    {
        var removed = await tx.ExecuteAsync(
            "delete from viewing_helper where tenant = @tenant and id = @id",
            new { id }
        );
        await tx.RecordAsync(
            new LedgerAct(
                removed == 1 ? "wellness.helper_removed" : "wellness.helper_not_removed",
                id.ToString()
            )
        );
        return removed == 1;
    }

    private static string Code(string text, string member, string what)
    {
        var code = text.Trim();
        return code.Length == 0 || (code.Length == 2 && code.All(char.IsAsciiLetter))
            ? code
            : throw ProblemException.BadRequest("bad_helper", $"'{member}' is {what}, or empty.");
    }
}
