using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>A case with contents, and people who look at them.</summary>
internal static class ViewingWork
{
    private static readonly Actor Bringer = Actor.Machine(TenantId.Default, "test", Permission.ContentBring);

    /// <summary>A picture that means nothing: two areas and a line of other shades for each seed.</summary>
    public static byte[] Picture(int seed, int width = 320, int height = 240)
    {
        var bytes = new byte[54 + width * height * 3];
        "BM"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(2), bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(10), 54);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(22), height);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(28), 24);
        for (var at = 0; at < width * height; at++)
        {
            var shade = (byte)(at % width < width / 2 ? 40 + seed * 7 % 100 : 200 - seed * 3 % 100);
            bytes.AsSpan(54 + 3 * at, 3).Fill(shade);
            bytes[54 + 3 * at] = (byte)(at / width % 256);
        }
        return bytes;
    }

    /// <summary>Enough that no two pieces of its rendition are the same.</summary>
    public static byte[] Noise(int seed)
    {
        var bytes = Picture(seed, 800, 600);
        new Random(seed).NextBytes(bytes.AsSpan(54));
        return bytes;
    }

    /// <summary>Of an installation that asks for no qualification before a reveal.</summary>
    public static async Task<CaseRef> CaseAsync(this TestServer server, string account = "user-1")
    {
        await server.SetAsync("training.required", "off");
        return await server.HitAsync(account);
    }

    public static async Task<Guid> SealAsync(
        this TestServer server,
        CaseRef reference,
        byte[] file,
        Guid? itemId = null
    )
    {
        var what = new ContentToSeal
        {
            Case = reference,
            ItemId = itemId,
            Sha256 = SHA256.HashData(file),
        };
        return await server.Kernel().Contents.SealAsync(Bringer, what, new MemoryStream(file));
    }

    public static Task<ConsoleUser> ReviewerAsync(this TestServer server, string userName = "rev.iewer") =>
        ConsoleUser.InviteAsync(server, userName, "reviewer");

    public static async Task<SignedIn> SignedInAsync(this TestServer server, ConsoleUser user) =>
        (
            await server
                .Kernel()
                .Sessions.FindAsync(
                    user.Cookies.GetCookies(server.Address)["vigil-session"]!.Value,
                    new SessionClient(
                        "Test",
                        Vigil.Server.Ui.Browser.DigestOf(
                            user.Cookies.GetCookies(server.Address)["vigil-browser"]!.Value,
                            ConsoleUser.Agent
                        )
                    )
                )
        )!;

    public static Task<(HttpStatusCode Status, byte[] Body, HttpResponseMessage Raw)> RenditionAsync(
        this ConsoleUser user,
        Guid content,
        string shownAs = "grey_strong"
    ) => user.BytesAsync($"/console/contents/{content}/rendition?as={shownAs}");

    /// <summary>Leave to reveal, or the refusal's code.</summary>
    public static async Task<(HttpStatusCode Status, string TokenOrCode)> TokenAsync(
        this ConsoleUser user,
        Guid content,
        string reason = "grade",
        string text = "Grading the case."
    )
    {
        var answer = await user.FieldsAsync(
            content,
            $"/console/contents/{content}/token",
            ("reason", reason),
            ("text", text)
        );
        return (
            answer.Status,
            answer.Status == HttpStatusCode.OK
                ? JsonDocument.Parse(answer.Text).RootElement.Text("token")
                : answer.Code
        );
    }

    public static async Task<ConsoleUser.Answer> RevealAsync(
        this ConsoleUser user,
        Guid content,
        string token
    ) => await user.FieldsAsync(content, $"/console/contents/{content}/reveal", ("token", token));

    public static async Task<ConsoleUser.Answer> EndAsync(
        this ConsoleUser user,
        Guid content,
        string view,
        int ms,
        int width = 1600,
        int height = 1600
    ) =>
        await user.FieldsAsync(
            content,
            $"/console/views/{view}/ended",
            ("ms", $"{ms}"),
            ("width", $"{width}"),
            ("height", $"{height}")
        );

    /// <summary>The page that shows a content's metadata, asked for by its form.</summary>
    public static Task<ConsoleUser.Answer> MetadataAsync(
        this ConsoleUser user,
        Guid content,
        params (string, string)[] more
    )
    {
        var page = $"/console/contents/{content}/metadata";
        return user.PostAsync(page, page, [("reason", "grade"), ("text", "Grading the case."), .. more]);
    }

    /// <summary>With the token against forgery that the content's page has.</summary>
    public static async Task<ConsoleUser.Answer> FieldsAsync(
        this ConsoleUser user,
        Guid content,
        string action,
        params (string, string)[] fields
    )
    {
        var forgery = await user.ForgeryAsync($"/console/contents/{content}");
        return await user.RawPostAsync(action, [.. fields, ("__RequestVerificationToken", forgery)]);
    }

    public static string ViewOf(this ConsoleUser.Answer answer) =>
        answer.Raw.Headers.GetValues("Vigil-View").Single();

    public static Task<IReadOnlyList<ViewRow>> ViewsAsync(this TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.QueryAsync<ViewRow>(
                        """
                        select id, content_id, case_ref, viewer, started_at, ended_at, seconds, mode, shown_whole
                        from view_record order by started_at, id
                        """
                    )
            );

    /// <summary>The newest view, once the browser has told of the end of all.</summary>
    public static Task<ViewRow> EndedViewAsync(this TestServer server) =>
        TestServer.EventuallyAsync(
            async () =>
            {
                var open = await server
                    .Kernel()
                    .Db.SystemAsync(
                        "test",
                        isWrite: false,
                        tx => tx.FindAsync<long>("select count(*) from viewing_record where not is_ended")
                    );
                return open == 0 ? (await server.ViewsAsync())[^1] : null;
            },
            "the view has ended"
        );

    /// <summary>Pictures that may be uncovered now.</summary>
    public static Task<long> OpenRevealsAsync(this TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.FindAsync<long>(
                        "select count(*) from viewing_record where not is_ended and mode = 'Reveal'"
                    )
            );

    public static Task<bool> FileViewedAsync(this TestServer server, Guid content) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                async tx =>
                    await tx.FindAsync<bool>(
                        "select file_viewed from content_viewed where content_id = @content",
                        new { content }
                    )
            );

    public static Task<ContentStandings> StandingAsync(this TestServer server, CaseRef reference) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.AskAsync<ContentStandingsWanted, ContentStandings>(
                        new ContentStandingsWanted(reference)
                    )
            );
}

internal sealed class ViewRow
{
    public Guid Id { get; init; }
    public Guid ContentId { get; init; }
    public string CaseRef { get; init; } = "";
    public string Viewer { get; init; } = "";
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset EndedAt { get; init; }
    public double Seconds { get; init; }
    public string Mode { get; init; } = "";
    public bool ShownWhole { get; init; }
}
