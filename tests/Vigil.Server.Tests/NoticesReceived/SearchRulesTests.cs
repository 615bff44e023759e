using Vigil.Server.Features.History;
using Vigil.Server.Features.History.Hunting;
using Vigil.Server.Features.NoticesReceived;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.NoticesReceived;

/// <summary>What a search in the history counts, and when one that failed is tried again.</summary>
public class SearchRulesTests
{
    [Fact]
    public void What_a_notice_has_already_takes_no_room_and_each_content_is_found_once()
    {
        var found = new NamedFinds(file =>
            file.ContentRef?.StartsWith("known", StringComparison.Ordinal) != true
        );
        for (var i = 0; i < 2 * HistoryRules.MaxNamedFound; i++)
        {
            found.Add(FileOf($"known/{i}"));
            found.Add(FileOf("post/0"));
        }
        Assert.False(found.IsOver);
        for (var i = 0; i < HistoryRules.MaxNamedFound; i++)
        {
            found.Add(FileOf($"post/{i}"));
        }
        Assert.False(found.IsOver);
        Assert.Equal(HistoryRules.MaxNamedFound, found.Files.Count);
        found.Add(FileOf("one more"));
        Assert.True(found.IsOver);
        Assert.Equal(HistoryRules.MaxNamedFound, found.Files.Count);
    }

    [Fact]
    public void A_search_that_fails_is_paused_longer_and_longer_and_told_once()
    {
        var time = new ManualTime();
        var (pauses, tenant, id) = (new SearchPauses(time), TenantId.Default, Guid.CreateVersion7());
        Assert.Null(pauses.Changed(tenant));
        pauses.Failed(tenant, id);
        Assert.True(pauses.Changed(tenant));
        Assert.Null(pauses.Changed(tenant));
        Assert.True(pauses.IsPaused(tenant, id));
        Assert.False(pauses.IsPaused(tenant, Guid.CreateVersion7()));
        time.Pass(TimeSpan.FromMinutes(1));
        Assert.False(pauses.IsPaused(tenant, id));
        pauses.Failed(tenant, id);
        time.Pass(TimeSpan.FromMinutes(1));
        Assert.True(pauses.IsPaused(tenant, id));
        for (var i = 0; i < 20; i++)
        {
            pauses.Failed(tenant, id);
        }
        time.Pass(TimeSpan.FromHours(1));
        Assert.False(pauses.IsPaused(tenant, id));
        pauses.KeepOnly(tenant, []);
        Assert.False(pauses.Changed(tenant));
    }

    private static KeptFile FileOf(string content) => new("user-1", content, Surface.PublicPost, "US");
}
