using System.Collections.Concurrent;
using Npgsql;
using Vigil.Trust;

namespace Vigil.Server.Tests.Running;

/// <summary>Databases with a profile's tables and nothing in them, to be copied: made once by the migrations.</summary>
internal static class PostgresTables
{
    private static readonly ConcurrentDictionary<Profile, Lazy<Task<string>>> Made = new();

    /// <summary>Gives the database's name.</summary>
    public static Task<string> OfAsync(Profile profile) =>
        Made.GetOrAdd(profile, wanted => new(() => MakeAsync(wanted))).Value;

    private static async Task<string> MakeAsync(Profile profile)
    {
        var name = $"vigil_tables_{Guid.NewGuid():n}";
        await TestDatabase.CommandAsync($"create database {name}");
        var source = TestDatabase.SourceOf(name);
        var folder = Directory.CreateTempSubdirectory("vigil-tables-");
        var options = new TrustOptions
        {
            Database = DbOptions.Parse(source),
            KeysFolder = Path.Combine(folder.FullName, "keys"),
            Profile = profile,
        };
        (await TrustKernel.OpenAsync(options, VigilApp.Tables)).Dispose();
        folder.Delete(recursive: true);
        // What the first start writes; each installation has its own.
        await TestDatabase.CommandAsync("delete from tenant; delete from installation", source);
        // A database that somebody is connected to cannot be copied.
        NpgsqlConnection.ClearAllPools();
        return name;
    }
}
