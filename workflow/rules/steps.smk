"""A rule of each step that the files of the phases declare (`Step`): read, call the function, write."""

for name, step in STEPS.items():
    of = "comparison" if name.startswith("compare_") else "study"
    place = "comparison/{comparison}" if of == "comparison" else "{study}"

    rule:
        name:
            name
        input:
            *map(unpack, step.given),
            **step.input,
        output:
            **step.output,
        log:
            f"<logs>/{place}/{name}.log",
        priority: step.priority
        params:
            **step.params,
            function=step.function,
            fresh=reads(*step.own()),
            code=of_rule(step.function),
        message:
            f"{{wildcards.{of}}} : {step.message}"
        run:
            call(params.function, rule, input, output, params, log)
