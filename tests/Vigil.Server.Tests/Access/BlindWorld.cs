using System.Net;
using System.Text.Json;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Reporting;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Access;

/// <summary>Why somebody is still to judge alone.</summary>
public enum BlindKind
{
    Second,
    Third,
    Audit,
}

/// <summary>
/// A case with all that may hang on one: a scan's decision, a content, flags, a notice, grades, a decision of three
/// people, an action with an appeal, feedback, a report, letters. Whoever judged first, and all their words, are called by one
/// mark. Somebody is to judge in it alone; somebody else decided in it too, and knows.
/// </summary>
internal sealed class BlindWorld : IAsyncDisposable
{
    /// <summary>Of who judged first: their names, reasons and words, and nothing else.</summary>
    public const string Mark = "quokka";

    private const string Account = "user-1";
    private readonly string _verdict;
    private readonly BlindKind _kind;

    private BlindWorld(TestServer server, BlindKind kind, string verdict) =>
        (Server, _kind, _verdict) = (server, kind, verdict);

    public TestServer Server { get; }
    public ConsoleUser Blind { get; private set; } = null!;
    public ConsoleUser Plain { get; private set; } = null!;

    public string Case { get; private set; } = "";

    /// <summary>Opened afterwards, of the same account.</summary>
    public string Later { get; private set; } = "";

    /// <summary>Has nothing to do with them, and looks like the later one.</summary>
    public string Other { get; private set; } = "";
    public IReadOnlyList<string> Ids { get; private set; } = [];
    private string Item => _items[0];
    private List<string> _items = [];

    public static async Task<BlindWorld> CreateAsync(BlindKind kind, string verdict)
    {
        var server = await KnownWork.ListedAsync(new ManualTime());
        await server.SetAsync("cases.auditPercent", kind == BlindKind.Audit ? "100" : "0");
        var world = new BlindWorld(server, kind, verdict)
        {
            Blind = await ConsoleUser.InviteAsync(server, "blind.reader", "senior_reviewer"),
            Plain = await ConsoleUser.InviteAsync(server, "plain.reader", "senior_reviewer"),
        };
        await world.OpenAsync();
        return world;
    }

    private async Task OpenAsync()
    {
        var file = ViewingWork.Picture(2);
        var upload = await Server.UploadAsync(KnownWork.Near(file), Account);
        Case = upload.CaseRef!;
        var content = await Server.BringAsync(upload, file);
        await FlagAsync(Account, "post/2");
        await FlagAsync(Account, "post/3");
        Other = await FlagAsync("user-2", "post/4");
        var notice = await Server.PostAsync(
            "/v1/notices",
            new
            {
                senderKind = "hotline",
                sender = "A hotline",
                reference = "N-1",
                category = "suspected_csam",
                action = "remove",
                contents = new[] { "post/2" },
                account = Account,
                surface = "comment",
                text = "What a notice says.",
            },
            HttpStatusCode.Created
        );
        var items = (await Server.FileAsync(Case)).GetProperty("items").EnumerateArray().ToList();
        _items = [.. items.Select(item => item.Text("id"))];
        var scanned = items.Single(item => item.GetProperty("scanId").ValueKind == JsonValueKind.String);
        _items.Remove(scanned.Text("id"));
        _items.Insert(0, scanned.Text("id"));
        Ids = [$"{content}", $"{upload.ScanId}", notice.Text("noticeId"), Item];
    }

    /// <summary>All that is not to be told, and what follows from it.</summary>
    public async Task JudgeAsync()
    {
        await DecideAsync(_items[1], "wombat");
        var page = $"/console/cases/{Case}";
        await Plain.PostAsync(
            page,
            $"{page}/decision",
            ("item", _items[2]),
            ("verdict", _verdict),
            ("reason", "Seen by its facts.")
        );
        if (_kind != BlindKind.Audit)
        {
            await GradeAsync($"{Mark}.one", "prepubescent");
        }
        if (_kind == BlindKind.Third)
        {
            await GradeAsync($"{Mark}.two", "adult");
        }
        await Server.PostAsync($"/v1/cases/{Case}/notes", new { text = $"{Mark} note" });
        foreach (var item in _items.Where((_, at) => at is not 1 and not 2))
        {
            await DecideAsync(item, $"{Mark}.decider");
        }
        Assert.Equal(
            _verdict,
            (await Server.GetJsonAsync($"/v1/cases/{Case}/file?person=wombat"))
                .GetProperty("case")
                .Text("outcome")
        );
        if (_verdict == "confirmed")
        {
            await FollowAsync();
        }
        Later = await FlagAsync(Account, "post/5");
        Assert.NotEqual(Case, Later);
    }

    private async Task FollowAsync()
    {
        var action = await Server.PostAsync(
            $"/v1/cases/{Case}/account-actions",
            new
            {
                kind = "content_removed",
                reason = $"{Mark} acted.",
                playbookRead = true,
                person = $"{Mark}.decider",
            },
            HttpStatusCode.Created
        );
        var appeal = await Server.PostAsync(
            "/v1/appeals",
            new { actionId = action.Text("id"), text = "What a user says." },
            HttpStatusCode.Accepted
        );
        await Server.PostAsync(
            $"/v1/cases/{Case}/feedback",
            new
            {
                from = "authority",
                outcome = "child_safe",
                text = $"{Mark} feedback",
            }
        );
        var report = await Server.DraftAsync(Case, isExplained: false);
        Ids = [.. Ids, action.Text("id"), appeal.Text("appealId"), $"{report}"];
    }

    private Task<JsonElement> GradeAsync(string person, string age) =>
        Server.PostAsync(
            $"/v1/cases/{Case}/items/{Item}/grade",
            new
            {
                age,
                activity = "posing",
                depiction = "real",
                reasons = new[] { "by_the_facts" },
                text = $"{Mark} grade",
                secondOpinion = true,
                person,
            }
        );

    private Task<JsonElement> DecideAsync(string item, string person) =>
        Server.PostAsync(
            $"/v1/cases/{Case}/decision",
            new
            {
                verdict = _verdict,
                reason = person == "wombat" ? "Seen by its facts." : $"{Mark} reason",
                items = new[] { item },
                person,
            }
        );

    private async Task<string> FlagAsync(string account, string content) =>
        (
            await Server.PostAsync(
                "/v1/flags",
                new
                {
                    account,
                    contentRef = content,
                    surface = "comment",
                    jurisdiction = "DE",
                    reason = "csam",
                    text = "What a user says.",
                },
                HttpStatusCode.Accepted
            )
        ).Text("caseRef");

    public async ValueTask DisposeAsync()
    {
        Blind.Dispose();
        Plain.Dispose();
        await Server.DisposeAsync();
    }
}
