using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Lists;

public class PageTests
{
    [Fact(Timeout = 180_000)]
    public async Task A_steward_makes_a_list_imports_a_file_and_changes_its_mode_by_page()
    {
        await using var server = await TestServer.StartAsync();

        var made = await FormAsync(
            server,
            "/console/lists",
            ("name", "by-page"),
            ("purpose", "exploitative"),
            ("source", "a hotline"),
            ("confidence", "verified"),
            ("onwardSharing", "members"),
            ("jurisdiction", "")
        );
        var path = made.RequestMessage!.RequestUri!.AbsolutePath;
        using var file = new MultipartFormDataContent
        {
            { new StringContent("csv"), "format" },
            { new StringContent(ListsHere.Csv(0, 1200)), "file", "april.csv" },
        };
        using var imported = await FollowAsync(
            server,
            await server.Client.PostAsync($"{path}/imports", file),
            $"{path}/imports"
        );
        var page = await imported.Content.ReadAsStringAsync();
        var imports = (await server.GetAsync("/v1/lists/by-page/imports")).GetProperty("imports");
        await server.EndAsync("by-page", imports[0].Text("id"));
        await FormAsync(
            server,
            $"{path}/change",
            ("mode", "enforce"),
            ("radius", "20"),
            ("qualityFloor", "60"),
            ("reason", "looked at in shadow for a week")
        );
        var list = await server.GetAsync("/v1/lists/by-page");

        Assert.Equal(HttpStatusCode.OK, imported.StatusCode);
        Assert.Contains("The file is in", page);
        Assert.Contains("april.csv", page);
        Assert.Equal("enforce", list.Text("mode"));
        Assert.Equal(("verified", "members"), (list.Text("confidence"), list.Text("onwardSharing")));
        Assert.Equal(1200, list.GetProperty("entries").Number("active"));
    }

    [Fact(Timeout = 180_000)]
    public async Task No_page_shows_a_value()
    {
        await using var server = await TestServer.StartAsync();
        var list = await server.CreateListAsync("hidden");
        var path = $"/console/lists/{list.Text("id")}";
        await FormAsync(server, $"{path}/entries", ("kind", "sha256"), ("value", ListsHere.Sha256("a")));
        await FormAsync(server, $"{path}/entries", ("kind", "domain"), ("value", "secret.example"));
        await FormAsync(
            server,
            "/console/suppressions",
            ("sha256", ListsHere.Sha256("b")),
            ("days", "30"),
            ("sampleEvery", "50"),
            ("reason", "our own poster")
        );

        var pages = new[]
        {
            await server.Client.GetStringAsync("/console/lists"),
            await server.Client.GetStringAsync(path),
            await server.Client.GetStringAsync("/console/suppressions"),
        };

        Assert.Contains("hidden", pages[0]);
        Assert.Contains("file</span>", pages[1]);
        Assert.Contains("domain</span>", pages[1]);
        Assert.Contains("our own poster", pages[2]);
        Assert.Contains("1 in 50", pages[2]);
        Assert.All(pages, page => Assert.DoesNotContain(ListsHere.Sha256("a"), page));
        Assert.All(pages, page => Assert.DoesNotContain(ListsHere.Sha256("b"), page));
        Assert.All(pages, page => Assert.DoesNotContain("secret.example", page));
    }

    [Fact(Timeout = 180_000)]
    public async Task An_entry_is_moved_and_a_list_removed_by_page()
    {
        await using var server = await TestServer.StartAsync();
        var list = await server.CreateListAsync("acts");
        var path = $"/console/lists/{list.Text("id")}";
        await FormAsync(server, $"{path}/entries", ("kind", "md5"), ("value", ListsHere.Md5("a")));
        var entry = (await server.GetAsync("/v1/lists/acts/entries")).GetProperty("entries")[0].Text("id");

        await FormAsync(server, $"{path}/entries/{entry}", ("deed", "quarantine"), ("reason", "disputed"));
        var held = await server.CountsAsync("acts");
        await FormAsync(server, $"{path}/entries/{entry}", ("deed", "withdraw"), ("reason", "wrong"));
        var gone = await server.CountsAsync("acts");
        await FormAsync(server, $"{path}/remove", ("reason", "no longer kept"));
        var page = await server.Client.GetStringAsync(path);

        Assert.Equal((0, 1, 0), held);
        Assert.Equal((0, 0, 1), gone);
        Assert.Contains("no longer kept", page);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_form_without_a_file_or_of_another_kind_is_refused_with_its_code()
    {
        await using var server = await TestServer.StartAsync();
        var list = await server.CreateListAsync("forms");
        using var empty = new MultipartFormDataContent { { new StringContent("csv"), "format" } };
        using var text = new StringContent("x");

        using var noFile = await server.Client.PostAsync($"/console/lists/{list.Text("id")}/imports", empty);
        using var noForm = await server.Client.PostAsync($"/console/lists/{list.Text("id")}/imports", text);

        var missing = await ListsHere.ExpectAsync(noFile, HttpStatusCode.BadRequest);
        var wrong = await ListsHere.ExpectAsync(noForm, HttpStatusCode.BadRequest);
        Assert.Equal(("no_file", "bad_form"), (missing.Text("code"), wrong.Text("code")));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_forged_import_form_is_refused_before_its_file_is_read()
    {
        await using var server = await TestServer.StartAsync();
        var id = (await server.CreateListAsync("forms")).Text("id");
        using var admin = await ConsoleUser.SetUpAsync(server);
        var people = await admin.GetAsync("/console/people");
        var own = Regex.Match(people.Text, "/console/people/[0-9a-f-]{36}").Value;
        using var second = await ConsoleUser.InviteAsync(server, "second.admin", "admin");
        await second.PostAsync(own, $"{own}/roles", ("role", "Admin"), ("role", "ListSteward"));
        var page = await admin.GetAsync($"/console/lists/{id}");
        var token = Regex.Match(page.Text, $"name=\"{TokenField}\" value=\"([^\"]+)\"").Groups[1].Value;

        var forged = await SendAsync(null);
        var old = await SendAsync("not" + token);
        var before = await ImportsAsync();
        var honest = await SendAsync(token);

        Assert.Equal(HttpStatusCode.BadRequest, forged.Status);
        Assert.Equal(HttpStatusCode.BadRequest, old.Status);
        Assert.Equal(0, before);
        Assert.Equal(HttpStatusCode.Redirect, honest.Status);
        Assert.Equal(1, await ImportsAsync());

        async Task<int> ImportsAsync() =>
            JsonDocument
                .Parse(await server.Client.GetStringAsync("/v1/lists/forms/imports"))
                .RootElement.GetProperty("imports")
                .GetArrayLength();

        async Task<ConsoleUser.Answer> SendAsync(string? with)
        {
            using var form = new MultipartFormDataContent();
            if (with is not null)
            {
                form.Add(new StringContent(with), TokenField);
            }
            form.Add(new StringContent($"{ListsHere.Sha256("a")}\n"), "file", "hashes.txt");
            return await admin.RawPostAsync($"/console/lists/{id}/imports", form);
        }
    }

    private const string TokenField = "__RequestVerificationToken";

    private static async Task<HttpResponseMessage> FormAsync(
        TestServer server,
        string path,
        params (string Name, string Value)[] fields
    )
    {
        using var body = new FormUrlEncodedContent(
            fields.Select(field => KeyValuePair.Create(field.Name, field.Value))
        );
        var answer = await FollowAsync(server, await server.Client.PostAsync(path, body), path);
        Assert.True(
            answer.StatusCode == HttpStatusCode.OK,
            $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}"
        );
        return answer;
    }

    /// <summary>A client takes no key along when it is sent on to another page: asked there with it.</summary>
    private static async Task<HttpResponseMessage> FollowAsync(
        TestServer server,
        HttpResponseMessage answer,
        string path
    )
    {
        var at = answer.RequestMessage!.RequestUri!;
        if (at.AbsolutePath == path && answer.RequestMessage.Method == HttpMethod.Post)
        {
            return answer;
        }
        answer.Dispose();
        return await server.Client.GetAsync(at);
    }
}
