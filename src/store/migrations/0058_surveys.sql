-- Surveys. `content` is JSON (`SurveyContent` of wire); `code` names a survey in the address of its page.
CREATE TABLE surveys (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    code TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'open', 'closed')),
    content TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX surveys_by_code ON surveys (shop_id, code);

-- A customer answers a survey once, and so does whoever sends the same draft again. Nothing tells who a guest was.
CREATE TABLE survey_answers (
    id TEXT PRIMARY KEY,
    survey_id TEXT NOT NULL REFERENCES surveys (id),
    customer_id TEXT REFERENCES customers (id),
    draft TEXT NOT NULL,
    language TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE UNIQUE INDEX survey_answers_by_draft ON survey_answers (survey_id, draft);
CREATE UNIQUE INDEX survey_answers_by_customer ON survey_answers (survey_id, customer_id);
CREATE INDEX survey_answers_of_survey ON survey_answers (survey_id, id);
CREATE INDEX survey_answers_of_customer ON survey_answers (customer_id) WHERE customer_id IS NOT NULL;

-- What was answered to each question: the place of each choice or the step of a scale, from 1; or own words, at place 0.
CREATE TABLE survey_replies (
    answer_id TEXT NOT NULL REFERENCES survey_answers (id),
    survey_id TEXT NOT NULL,
    question BIGINT NOT NULL,
    place BIGINT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (answer_id, question, place)
);
CREATE INDEX survey_replies_to_question ON survey_replies (survey_id, question, place, answer_id);
