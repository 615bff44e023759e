using System.Text.Json;
using System.Text.RegularExpressions;
using Vigil.Server.Features.Cases;
using Vigil.Server.Features.Cases.Playbooks;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

public partial class PlaybookTests
{
    /// <summary>The reference's words to avoid; put together, because no file may hold the first of them.</summary>
    private static readonly string[] Avoided =
    [
        "child " + "pornography",
        "child prostitute",
        "child sex tourist",
        "sex tourism",
        "webcam child sex",
        "kiddie",
        "client",
        "clients",
        "customer",
        "customers",
        "sexting",
        "consensual with a child",
    ];

    [Fact]
    public void Every_problem_type_has_a_playbook_of_two_halves()
    {
        Assert.Equal(
            Enum.GetValues<ProblemType>().Select(Words.NameOf),
            KnownPlaybooks.All.Select(book => book.Type)
        );
        foreach (var book in KnownPlaybooks.All)
        {
            Assert.True(book.Response.Checklist.Count >= 5, book.Type);
            Assert.True(book.Response.Deadlines.Count >= 1, book.Type);
            Assert.All(book.Response.Deadlines, deadline => Assert.NotEmpty(deadline.Source));
            Assert.True(book.Response.Tell.Count >= 2, book.Type);
            Assert.Contains("emergency number", book.Response.Escalation, StringComparison.Ordinal);
            Assert.NotEmpty(book.Response.NeverDo);
            Assert.True(book.Prevention.Texts.Count >= 2, book.Type);
            Assert.True(book.Prevention.Support.Count >= 3, book.Type);
            Assert.All(book.Prevention.Support, link => Assert.Matches(Host(), link.Host));
        }
    }

    [Fact]
    public void Where_the_account_may_be_a_childs_the_playbook_says_that_it_is_not_suspended_as_a_routine()
    {
        var books = KnownPlaybooks.All.Where(book => book.SubjectMayBeAChild).ToList();
        Assert.Equal(["self_generated", "sexual_extortion"], books.Select(book => book.Type));
        Assert.All(
            books,
            book =>
                Assert.Contains(
                    "not suspend",
                    JsonSerializer.Serialize(book.Response),
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public void Every_member_of_the_union_and_each_large_place_has_an_emergency_number_with_its_source()
    {
        var places = KnownJurisdictions
            .All.Where(place => place.Groups.Contains("EU"))
            .Select(place => place.Code)
            .Concat(["US", "GB", "CA", "AU"]);
        foreach (var code in places)
        {
            var line = EmergencyLines.Find(code);
            Assert.True(line is { IsVerified: true, CheckedOn: not null }, code);
            Assert.NotEmpty(line.Source);
            Assert.All(line.Numbers, number => Assert.Matches("^[0-9]{2,6}$", number));
        }
        Assert.All(
            EmergencyLines.All.Where(line => !line.IsVerified),
            line => Assert.Contains("check before", line.Source, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task No_playbook_page_or_text_of_the_api_uses_a_word_to_be_avoided()
    {
        await using var server = await TestServer.StartAsync();
        using var anyone = server.ClientWith(null);
        var texts = KnownPlaybooks
            .All.Select(book => new Said(book.Type, JsonSerializer.Serialize(book)))
            .Concat(SummariesOf(await anyone.GetStringAsync("/openapi/v1.json")))
            .Concat(
                Pages()
                    .Select(file => new Said(
                        Path.GetFileName(file),
                        Tag().Replace(File.ReadAllText(file), " ")
                    ))
            )
            .ToList();
        Assert.True(texts.Count > 20, $"only {texts.Count} texts");
        Assert.Equal(["x: child prostitute"], FaultsOf("x", "A child prostitute."));
        Assert.Empty(texts.SelectMany(text => FaultsOf(text.Where, text.Text)));
    }

    [Fact]
    public void What_a_user_is_told_names_no_method_list_report_or_authority()
    {
        foreach (var kind in Enum.GetValues<ActionKind>())
        {
            var text = JsonSerializer.Serialize(UserNotices.StatementOf(kind));
            Assert.Empty(
                UserNotices.MustNotName.Where(word =>
                    Regex.IsMatch(text, $@"\b{Regex.Escape(word)}(s|es|ed|ing)?\b", RegexOptions.IgnoreCase)
                )
            );
        }
    }

    private static IEnumerable<string> FaultsOf(string where, string text) =>
        Avoided
            .Where(word => Regex.IsMatch(text, $@"\b{Regex.Escape(word)}\b", RegexOptions.IgnoreCase))
            .Select(word => $"{where}: {word}");

    private static List<Said> SummariesOf(string description)
    {
        string[] tags = ["Cases", "Flags", "Grading", "Training", "Subjects"];
        var operations =
            from path in JsonDocument.Parse(description).RootElement.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            where operation.Value.TryGetProperty("tags", out var named) && tags.Contains(named[0].GetString())
            select new Said($"{operation.Name} {path.Name}", operation.Value.Text("summary"));
        var all = operations.ToList();
        Assert.True(all.Count > 40, $"only {all.Count} operations");
        return all;
    }

    private sealed record Said(string Where, string Text);

    private static string[] Pages()
    {
        var folder = AppContext.BaseDirectory;
        while (!Directory.Exists(Path.Combine(folder, "src", "Vigil.Server")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }
        return Directory.GetFiles(
            Path.Combine(folder, "src", "Vigil.Server", "Features", "Cases"),
            "*.razor",
            SearchOption.AllDirectories
        );
    }

    [GeneratedRegex("^[a-z0-9.-]+\\.[a-z]{2,}$")]
    private static partial Regex Host();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();
}
