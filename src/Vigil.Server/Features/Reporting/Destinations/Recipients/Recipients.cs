using Vigil.Evidence;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// Keys of recipients: one person adds, a second compares the fingerprint with the recipient by another way and only
/// then it is used. Each step is an act in the ledger.
/// </summary>
internal static class Recipients
{
    /// <summary>Most keys of a tenant.</summary>
    public const int Most = 500;
    public const int MaxNameCharacters = 100;
    public const int MaxHowCharacters = 200;

    /// <summary>As the second person's act stands in the ledger.</summary>
    public const string Verified = "recipient.verified";

    /// <summary>The same key of the same destination again has the first answer.</summary>
    public static async Task<Guid> AddAsync(
        Tx tx,
        string destination,
        string name,
        string publicKey,
        string country
    )
    {
        RequirePackages(destination);
        var place = CountryOf(destination, country);
        RequireText(name, "name", MaxNameCharacters);
        var key = ReadKey(publicKey);
        var all = await Recipient.ListAsync(tx);
        var same = all.FirstOrDefault(each =>
            each.RevokedAt is null
            && each.Destination == destination
            && each.Country == place
            && each.Fingerprint == key.Fingerprint
        );
        if (same is not null)
        {
            await tx.RecordAsync(Act("recipient.added_again", same.Id, destination, key.Fingerprint));
            return same.Id;
        }
        if (all.Count >= Most)
        {
            throw ProblemException.Conflict(
                "too_many_recipients",
                $"A tenant has at most {Most} keys of recipients."
            );
        }
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into recipient (tenant, id, destination, country, name, public_key, fingerprint, added_at, added_by)
            values (@tenant, @id, @destination, @place, @name, @key, @fingerprint, @now, @by)
            """,
            new
            {
                id,
                destination,
                place,
                name = name.Trim(),
                key = key.ToBytes(),
                fingerprint = key.Fingerprint,
                now = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await tx.RecordAsync(Act("recipient.added", id, destination, key.Fingerprint, place));
        await AskAsync(tx, id);
        return id;
    }

    /// <summary>Asks for a second person again, when the first request went by.</summary>
    public static async Task AskAgainAsync(Tx tx, Guid id)
    {
        var recipient = await RequireAsync(tx, id);
        if (recipient.VerifiedAt is not null || recipient.RevokedAt is not null)
        {
            throw ProblemException.Conflict("not_waiting", "This key waits for nobody.");
        }
        await AskAsync(tx, id);
    }

    /// <summary>The second person.</summary>
    /// <param name="fingerprint">As the recipient said it; compared with that of the key.</param>
    /// <param name="how">By which other way it was said, as "called the office's published number".</param>
    /// <param name="country">Whose authority said it; compared with the key's.</param>
    /// <param name="read">Of the request that was read.</param>
    public static async Task VerifyAsync(
        Tx tx,
        Guid id,
        string fingerprint,
        string how,
        string country,
        string? read
    )
    {
        var recipient = await RequireAsync(tx, id);
        RequireText(how, "how", MaxHowCharacters);
        if (recipient.VerifiedAt is not null || recipient.RevokedAt is not null)
        {
            throw ProblemException.Conflict("not_waiting", "This key waits for nobody.");
        }
        if (!recipient.Key.HasFingerprint(fingerprint))
        {
            throw ProblemException.BadRequest(
                "other_fingerprint",
                "The recipient's fingerprint is another than that of this key: do not use the key. Have it read again, "
                    + "or revoke the key."
            );
        }
        if (!recipient.Country.Equals(country.Trim(), StringComparison.OrdinalIgnoreCase))
        {
            throw ProblemException.BadRequest(
                "other_country",
                "Whose authority said it is not the country that stands with this key: give 'country' as the recipient "
                    + "is, as DE, or revoke the key."
            );
        }
        // Somebody else may have asked again meanwhile: who added the key compares it with nobody.
        if (
            await SecondPerson.FindAsync(tx, Verified, id.ToString()) is { IsSolo: false }
            && await KeyMakers.IsOwnAsync(tx, await KeyMakers.BehindAsync(tx, recipient.AddedBy))
        )
        {
            throw new SecondPersonException(
                "second_person_needed",
                "Who added the key does not verify it: a second person does."
            );
        }
        await SecondPerson.ConfirmAsync(tx, Verified, id.ToString(), read);
        await tx.ExecuteAsync(
            """
            update recipient set verified_at = @now, verified_by = @by, verified_how = @how
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                now = tx.Now,
                by = tx.Actor.Name,
                how = how.Trim(),
            }
        );
        await tx.RecordAsync(
            Act(Verified, id, recipient.Destination, recipient.Fingerprint, recipient.Country) with
            {
                Reason = how.Trim(),
            }
        );
    }

    /// <summary>Nothing is sealed to it any more.</summary>
    public static async Task RevokeAsync(Tx tx, Guid id, string reason)
    {
        var recipient = await RequireAsync(tx, id);
        RequireText(reason, "reason", MaxHowCharacters);
        await tx.ExecuteAsync(
            """
            update recipient set revoked_at = @now, revoked_by = @by, revoked_because = @reason
            where tenant = @tenant and id = @id and revoked_at is null
            """,
            new
            {
                id,
                now = tx.Now,
                by = tx.Actor.Name,
                reason = reason.Trim(),
            }
        );
        await tx.RecordAsync(
            Act("recipient.revoked", id, recipient.Destination, recipient.Fingerprint) with
            {
                Reason = reason.Trim(),
            }
        );
    }

    /// <summary>All keys with what a second person gives back of those that wait.</summary>
    public static async Task<IReadOnlyList<RecipientView>> ViewAsync(Tx tx)
    {
        var reads = await SecondPerson.ReadsAsync(tx, Verified);
        return
        [
            .. (await Recipient.ListAsync(tx)).Select(each =>
                RecipientView.Of(each, reads.GetValueOrDefault($"{each.Id}"))
            ),
        ];
    }

    public static async Task<Recipient> RequireAsync(Tx tx, Guid id) =>
        await Recipient.FindAsync(tx, id)
        ?? throw ProblemException.NotFound("There is no recipient of this id.");

    private static Task<SecondPersonRequest> AskAsync(Tx tx, Guid id) =>
        SecondPerson.RequestAsync(
            tx,
            Verified,
            id.ToString(),
            "Compare the fingerprint and, of a police, its country with the recipient by another way.",
            TimeSpan.Zero
        );

    private static void RequirePackages(string destination)
    {
        if (AllDestinations.Find(destination) is not PackageDestination)
        {
            throw ProblemException.BadRequest(
                "no_packages",
                "'destination' is one that takes packages: see /v1/destinations."
            );
        }
    }

    /// <summary>Where there is an authority of each country it is said whose; elsewhere there is none.</summary>
    private static string CountryOf(string destination, string country)
    {
        var isNeeded = AllDestinations.Find(destination) is PackageDestination { IsOfCountries: true };
        var place = country.Trim().ToUpperInvariant();
        var isCountry = KnownJurisdictions.IsWellFormed(place) && !KnownJurisdictions.Groups.Contains(place);
        return isNeeded == isCountry && (isNeeded || place.Length == 0)
            ? place
            : throw ProblemException.BadRequest(
                "bad_country",
                "'country' says whose police a key is of, as DE; of other destinations there is none."
            );
    }

    private static RecipientKey ReadKey(string text)
    {
        try
        {
            return RecipientKey.Parse(text);
        }
        catch (PackageException e)
        {
            throw ProblemException.BadRequest("bad_key", e.Message);
        }
    }

    public static void RequireText(string text, string member, int most)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Trim().Length > most || text.Any(char.IsControl))
        {
            throw ProblemException.BadRequest(
                $"bad_{member}",
                $"'{member}' is one line of 1 to {most} characters."
            );
        }
    }

    private static LedgerAct Act(
        string action,
        Guid id,
        string destination,
        string fingerprint,
        string country = ""
    ) =>
        new(action, id.ToString())
        {
            Facts = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["destination"] = destination,
                ["fingerprint"] = fingerprint,
                ["country"] = country,
            },
        };
}
